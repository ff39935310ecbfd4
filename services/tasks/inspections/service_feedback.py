"""Use cases of inspections after the conclusion: the units answer or object, objections are reviewed, it is closed."""

from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.inspections import repository
from services.tasks.inspections.domain import (
    Effect,
    InspectionState,
    InspectionStep,
    Outcome,
    Standing,
    check_closing,
    check_objection,
    due_day,
    state_after,
)
from services.tasks.inspections.domain_limits import shipped_limits
from services.tasks.inspections.service import Said, make_step
from services.tasks.ledger.domain_leaders import leader_deciding
from services.tasks.ledger.domain_limits import Span
from services.tasks.ledger.domain_permits import check_supervisor, is_supervisor, unit_acting
from services.tasks.models import InspectionRow, InspectionUnitRow, ObjectionRow
from services.tasks.workdays.repository import read_calendar
from shared.database import Tx
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events.inspections import InspectionClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSays:
    """What an inspected unit says; `on_behalf_of` names it where a supervisor enters it."""

    text: str
    on_behalf_of: str | None = None


async def answer_conclusion(tx: Tx, inspection_id: str, said: UnitSays, act: Act) -> InspectionRow:
    """Say what was put right 整改情况, as the head of an inspected unit or on its behalf; a later answer replaces it.

    Raises:
        NotFound: There is no such inspection.
        Conflict: There is no conclusion yet, or it is closed.
        Forbidden: Somebody else asks.
        Invalid: The answer is empty.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    unit = await _inspected(tx, row, said, act, word="反馈整改情况")
    unit.feedback, unit.feedback_at = said.text.strip(), act.at
    step = Said(note=said.text, unit=unit.unit_id)
    await make_step(tx, row, InspectionStep.ANSWER, act, step)
    return row


async def _inspected(tx: Tx, row: InspectionRow, said: UnitSays, act: Act, *, word: str) -> InspectionUnitRow:
    """Give the inspected unit for which somebody speaks."""
    units = await repository.units_of(tx.session, row.id)
    named = said.on_behalf_of if is_supervisor(act.actor) else act.actor.unit
    if named not in units:
        message = f"单位 {named or '（未填）'} 不在本次督查的被督查单位之中"
        raise Forbidden(message, code="inspection.not_yours", field="on_behalf_of", units=sorted(units))
    unit_acting(act.actor, named, said.on_behalf_of, word=word)
    if not said.text.strip():
        raise Invalid(f"{word}不能为空", code="inspection.text_missing", field="text")
    return units[str(named)]


async def object_to_conclusion(tx: Tx, inspection_id: str, said: UnitSays, act: Act) -> InspectionRow:
    """Object 异议 to a conclusion, once, within 30 days (政府督查工作条例); the review is due within 30 more.

    Raises:
        NotFound: There is no such inspection.
        Conflict: There is no conclusion yet, the limit is over, or the unit has objected before.
        Forbidden: Somebody else asks.
        Invalid: The reason is empty.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    unit = await _inspected(tx, row, said, act, word="提出异议")
    state_after(InspectionState(row.state), InspectionStep.OBJECT)
    limits, calendar = shipped_limits(), await read_calendar(tx.session)
    check_objection(row.told_at or act.at, act.at, limits.objection_days, calendar)
    if unit.unit_id in await repository.objections_of(tx.session, row.id):
        message = f"单位 {unit.unit_id} 已提出过异议，请等待复核"
        raise Conflict(message, code="inspection.objected", field="id")
    objection = ObjectionRow(inspection_id=row.id, unit_id=unit.unit_id, reason=said.text.strip())
    objection.made_by, objection.made_at, objection.opinion = act.actor.id, act.at, ""
    objection.review_due_on = due_day(act.at, limits.review_days, Span.DAYS, calendar)
    tx.session.add(objection)
    await make_step(tx, row, InspectionStep.OBJECT, act, Said(note=said.text, unit=unit.unit_id))
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a leader decides about an objection; an amended conclusion is written anew."""

    unit_id: str
    outcome: Outcome
    opinion: str
    decided_by_name: str = ""
    conclusion: str = ""


async def review_objection(tx: Tx, inspection_id: str, said: Review, act: Act) -> InspectionRow:
    """Decide about an objection, as a leader or on a leader's behalf.

    Raises:
        NotFound: There is no such inspection or objection.
        Conflict: It was decided before, or the inspection is closed.
        Forbidden: Somebody else asks.
        Invalid: The opinion or the leader is missing, or the new conclusion where it is amended.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    leader = leader_deciding(act.actor, said.decided_by_name, word="异议复核")
    objection = (await repository.objections_of(tx.session, row.id)).get(said.unit_id)
    if objection is None:
        message = f"单位 {said.unit_id} 没有对该督查结论提出异议"
        raise NotFound(message, code="inspection.no_objection", field="unit_id")
    if objection.outcome is not None:
        message = f"单位 {said.unit_id} 的异议已复核，不能再改"
        raise Conflict(message, code="inspection.reviewed", field="unit_id", outcome=objection.outcome)
    _check_review(said)
    objection.outcome, objection.opinion = said.outcome, said.opinion.strip()
    objection.reviewed_by_name, objection.reviewed_at = leader, act.at
    row.conclusion = said.conclusion.strip() or row.conclusion
    step = Said(note=said.opinion, leader=leader, unit=said.unit_id)
    await make_step(tx, row, InspectionStep.REVIEW, act, step)
    return row


def _check_review(said: Review) -> None:
    if not said.opinion.strip():
        raise Invalid("复核异议必须写明意见（opinion）", code="inspection.opinion_missing", field="opinion")
    if bool(said.conclusion.strip()) is not (said.outcome is Outcome.AMENDED):
        message = "变更结论须写明新的结论（conclusion），维持结论则不填"
        raise Invalid(message, code="inspection.conclusion", field="conclusion")


async def close_inspection(
    tx: Tx, inspection_id: str, effect: Effect, effect_note: str, act: Act
) -> InspectionRow:
    """Close an inspection with its effect 效果评估, as a supervisor; its findings go on as problems.

    Raises:
        NotFound: There is none.
        Conflict: It has no conclusion, an objection is open, or a unit still has time to answer.
        Forbidden: Somebody else asks.
        Invalid: The effect is not explained.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    check_supervisor(act.actor, word="办结督查活动")
    state_after(InspectionState(row.state), InspectionStep.CLOSE)
    units = await repository.units_of(tx.session, row.id)
    objections = await repository.objections_of(tx.session, row.id)
    standing = Standing(
        silent=[unit for unit, one in units.items() if one.feedback_at is None],
        objecting=[unit for unit, one in objections.items() if one.outcome is None],
        feedback_due_on=row.feedback_due_on,
    )
    check_closing(standing, effect_note, act.at)
    row.effect, row.effect_note = effect, effect_note.strip()
    event = InspectionClosed(inspection_id=row.id, effect=effect.value)
    await make_step(tx, row, InspectionStep.CLOSE, act, Said(note=effect_note, event=event))
    return row
