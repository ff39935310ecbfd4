"""Use cases of measures: entered by people, decided by a named leader, and plates lifted.

Invariant: each step is a revision of the task and an event, in the transaction that changes the measure.
"""

from dataclasses import dataclass
from uuid import uuid4

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger import clocks
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import State, signing_units
from services.tasks.ledger.domain_leaders import LEADER, leader_deciding
from services.tasks.ledger.domain_permits import check_impartial, check_supervisor
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.measures import repository
from services.tasks.measures.domain import (
    KIND_WORDS,
    Decision,
    MeasureKind,
    MeasureState,
    check_decision,
    check_takeable,
    lifts_by_rule,
)
from services.tasks.models import MeasureRow
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.supervision import (
    MeasureDeclined,
    MeasureEvent,
    MeasureLifted,
    MeasureProposed,
    MeasureTaken,
)


async def enter_measure(tx: Tx, task_id: str, kind: MeasureKind, reason: str, act: Act) -> MeasureRow:
    """Enter a measure as a supervisor: 催办 is taken at once, any other waits for a leader's decision.

    Raises:
        NotFound: There is no such task.
        Conflict: The task is over, or the same measure waits or hangs already.
        Forbidden: Somebody else asks.
        Invalid: The reason is missing.
    """
    held = await ledger.hold(tx.session, task_id)
    check_supervisor(act.actor, word=f"提出{KIND_WORDS[kind]}")
    past = (await repository.past_of(tx.session, [task_id]))[task_id]
    check_takeable(kind, State(held.task.state), past.standing)
    if not reason.strip():
        raise Invalid("提出督办措施必须说明理由", code="measure.reason_missing", field="reason")
    deed = await begin(tx, act)
    row = new_measure(deed, held, kind, reason.strip())
    if kind is MeasureKind.URGE:
        take(deed, held, row)
    else:
        propose(deed, held, row)
    return row


def new_measure(deed: Deed, held: Held, kind: MeasureKind, reason: str) -> MeasureRow:
    """Make the row of a proposal, without a rule."""
    return MeasureRow(
        id=f"m{short_hash(uuid4().hex, 12)}",
        task_id=held.task.id,
        kind=kind,
        state=MeasureState.PROPOSED,
        inputs={},
        causes=[],
        reason=reason,
        proposed_by=deed.act.actor.id,
        proposed_at=deed.act.at,
        record="",
        published=False,
        lift_reason="",
    )


def propose(deed: Deed, held: Held, row: MeasureRow) -> None:
    """Propose a measure: one step of the task."""
    deed.tx.session.add(row)
    step = _step(row, "propose", row.reason)
    _record(deed, held, step, MeasureProposed(**_about(row), rule=row.rule or ""))


def take(deed: Deed, held: Held, row: MeasureRow) -> None:
    """Take a measure: one step of the task; a plate gets its clock."""
    row.state, row.decided_by, row.decided_at = MeasureState.TAKEN, deed.act.actor.id, deed.act.at
    deed.tx.session.add(row)
    note(deed, held, _step(row, "decide", row.reason))
    deed.publish(MeasureTaken(**_about(row), published=row.published, due_on=row.due_on), held)
    if row.due_on is not None:
        clocks.hang(deed, held, row.due_on)
    settle(deed, held)


def decline(deed: Deed, held: Held, row: MeasureRow, reason: str) -> None:
    """Decide against a measure: one step of the task."""
    row.state, row.decided_by, row.decided_at = MeasureState.DECLINED, deed.act.actor.id, deed.act.at
    row.record = reason
    _record(deed, held, _step(row, "decline", reason), MeasureDeclined(**_about(row)))


async def lift(deed: Deed, held: Held, row: MeasureRow, reason: str) -> None:
    """Take a plate off: one step of the task; its clock goes."""
    row.state, row.lifted_by, row.lifted_at = MeasureState.LIFTED, deed.act.actor.id, deed.act.at
    row.lift_reason = reason
    note(deed, held, _step(row, "lift", reason))
    deed.publish(MeasureLifted(**_about(row)), held)
    await clocks.take_down(deed, held)
    settle(deed, held)


def _about(row: MeasureRow) -> dict[str, str]:
    return {"task_id": row.task_id, "measure_id": row.id, "measure": row.kind}


def _step(row: MeasureRow, verb: str, reason: str) -> Note:
    changes = {"measure": row.id, "kind": row.kind, "state": row.state}
    if row.rule is not None:
        changes["rule"] = row.rule
    if row.paper_number is not None:
        changes["paper_number"] = row.paper_number
    return Note(step=f"measure.{verb}", reason=reason, changes=changes)


def _record(deed: Deed, held: Held, step: Note, event: MeasureEvent) -> None:
    note(deed, held, step)
    deed.publish(event, held)
    settle(deed, held)


async def decide_measure(tx: Tx, measure_id: str, decision: Decision, act: Act) -> MeasureRow:
    """Decide about a proposal, as a leader or on a leader's behalf.

    Raises:
        NotFound: There is no such measure.
        Conflict: It was decided before, its task is over, or the paper's number is taken.
        Forbidden: Neither a leader nor an impartial supervisor asks.
        Invalid: Something is missing or makes no sense.
    """
    held, row = await _hold(tx, measure_id)
    kind = MeasureKind(row.kind)
    name = _leader(held, act, decision.decided_by_name, KIND_WORDS[kind])
    check_decision(kind, MeasureState(row.state), decision, local_date(act.at))
    if decision.take:
        check_takeable(kind, State(held.task.state), ())
        await _check_paper(tx, decision.paper_number)
    deed = await begin(tx, act)
    row.decided_by_name = name
    if not decision.take:
        decline(deed, held, row, decision.reason.strip())
        return row
    row.paper_number, row.record = decision.paper_number, decision.record.strip()
    row.published, row.due_on = decision.published, decision.due_on
    take(deed, held, row)
    return row


async def _hold(tx: Tx, measure_id: str) -> tuple[Held, MeasureRow]:
    """Lock the task of a measure, then read the measure as it is under that lock."""
    found = await repository.get_measure(tx.session, measure_id)
    held = await ledger.hold(tx.session, found.task_id)
    return held, await repository.get_measure(tx.session, measure_id)


def _leader(held: Held, act: Act, name: str, word: str) -> str:
    if act.actor.role != LEADER:
        check_impartial(act.actor, signing_units(held.units), word=f"录入{word}决定")
    return leader_deciding(act.actor, name, word=word)


async def _check_paper(tx: Tx, number: str) -> None:
    if owner := await repository.paper_taken(tx.session, number):
        message = f"文号 {number} 已用于督办措施 {owner}，请核对"
        raise Conflict(message, code="measure.paper_taken", field="paper_number", measure=owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Why a plate comes off, and which leader decides where the task is not closed."""

    reason: str = ""
    decided_by_name: str = ""


async def lift_plate(tx: Tx, measure_id: str, said: Lifting, act: Act) -> MeasureRow:
    """Take a plate off 摘牌: as a supervisor when the task is verified and closed, else as a leader with a reason.

    Raises:
        NotFound: There is no such measure.
        Conflict: It is no plate that hangs.
        Forbidden: Somebody else asks.
        Invalid: The reason or the leader is missing.
    """
    held, row = await _hold(tx, measure_id)
    by_rule = lifts_by_rule(MeasureKind(row.kind), MeasureState(row.state), State(held.task.state))
    if by_rule and act.actor.role != LEADER:
        check_impartial(act.actor, signing_units(held.units), word="摘牌")
    else:
        row.lifted_by_name = _leader(held, act, said.decided_by_name, "摘牌")
    if not by_rule and not said.reason.strip():
        raise Invalid("未办结即摘牌必须说明理由（reason）", code="measure.reason_missing", field="reason")
    await lift(await begin(tx, act), held, row, said.reason.strip() or "事项已复核办结")
    return row
