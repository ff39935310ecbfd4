"""联系, 答复, 办结, and our own visits 回访 after bad ratings: what a unit and the office do with an order.

Invariant: an answer serves the orders that were merged into it too; nobody of the unit that dealt with an order asks
its caller.
"""

from dataclasses import dataclass
from datetime import datetime

from services.tasks.acts import Act
from services.tasks.attachments.evidence import require_evidence
from services.tasks.ledger import clocks
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import CONTACT, FINISH, Move, signing_units
from services.tasks.ledger.domain_permits import check_impartial
from services.tasks.ledger.service import make_move
from services.tasks.models import OrderHopRow, OrderRow, OrderVisitRow
from services.tasks.orders import repository
from services.tasks.orders.dispatching import Case, note_step, take_up
from services.tasks.orders.domain import RESOLVED_WORDS, check_reason, check_text, visit_after
from services.tasks.orders.reopening import reopen_bad
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.orders import OrderAnswered, OrderContacted, OrderVisited


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """That a unit spoke with the caller; what was said stays with the two."""

    note: str = ""
    on_behalf_of: str | None = None


async def contact(tx: Tx, task_id: str, said: Contact, act: Act) -> OrderRow:
    """Write down that the unit spoke with the caller 联系; the first time counts.

    Raises:
        NotFound: There is no such order.
        Conflict: No unit has it.
        Forbidden: Somebody else asks.
    """
    case = await take_up(tx, task_id, act)
    command = MoveCommand(
        task_id=task_id,
        move=Move.PROGRESS,
        on_behalf_of=said.on_behalf_of,
        step="contact",
        report=Report(note=said.note),
    )
    await make_move(case.deed, case.held, command)
    await _first_contact(case)
    note_step(case, "contact", unit=case.held.task.answering_unit, reason=said.note)
    return case.order


async def _first_contact(case: Case) -> None:
    order, now = case.order, case.deed.act.at
    if order.contacted_at is not None:
        return
    late = order.contact_due_at is not None and now > order.contact_due_at
    order.contacted_at, order.contact_late = now, late
    await clocks.end_for_good(case.deed, case.held, CONTACT)
    unit = str(case.held.task.answering_unit)
    event = OrderContacted(task_id=order.task_id, order_id=order.order_id, unit_id=unit, late=late)
    case.deed.publish(event, case.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The unit's answer to the caller; with `resolved` the order is closed at once."""

    text: str
    resolved: str | None = None
    evidence: tuple[str, ...] = ()
    on_behalf_of: str | None = None


async def answer(tx: Tx, task_id: str, said: Answer, act: Act) -> OrderRow:
    """Answer the caller 答复, as the head of the unit; the clock of the answer stops.

    Raises:
        NotFound: There is no such order.
        Conflict: No unit has it, or it was answered.
        Forbidden: Somebody else asks.
        Invalid: The text is missing, or `resolved` is no word.
    """
    case = await take_up(tx, task_id, act)
    text = check_text(said.text, what="答复内容", field="text")
    if said.resolved is not None:
        check_reason(said.resolved, RESOLVED_WORDS, what="办理结果", field="resolved")
    await require_evidence(tx.session, task_id, said.evidence)
    command = MoveCommand(
        task_id=task_id,
        move=Move.SUBMIT,
        on_behalf_of=said.on_behalf_of,
        step="answer",
        report=Report(note=text, evidence=said.evidence),
    )
    await make_move(case.deed, case.held, command)
    await _first_contact(case)
    note_step(case, "answer", unit=case.held.task.answering_unit, reason=text)
    due_at = case.held.clocks[FINISH].due_at
    for order in (case.order, *await repository.served_by(tx.session, task_id)):
        await _answered(case, order, text, due_at)
    if said.resolved is not None:
        await _close(case, said.resolved, said.on_behalf_of)
    return case.order


async def _answered(case: Case, order: OrderRow, text: str, due_at: datetime) -> None:
    """Keep an answer on the order that it was given to, or on one that was merged into that, by its own due instant."""
    session, now = case.deed.tx.session, case.deed.act.at
    own = order is case.order
    if not own and order.hop:
        due_at = (await session.get_one(OrderHopRow, (order.task_id, order.hop))).due_at
    order.answered_at, order.answer_late, order.answer = now, now > due_at, text
    unit = str(case.held.task.answering_unit)
    late = order.answer_late
    event = OrderAnswered(task_id=order.task_id, order_id=order.order_id, unit_id=unit, late=late)
    held = case.held if own else await ledger.hold(session, order.task_id)
    case.deed.publish(event, held)


async def close(
    tx: Tx, task_id: str, resolved: str, act: Act, *, on_behalf_of: str | None = None
) -> OrderRow:
    """Close an order 办结 that was answered, and say whether the matter is resolved.

    Raises:
        NotFound: There is no such order.
        Conflict: It was not answered yet.
        Forbidden: Somebody else than the head of its unit asks.
        Invalid: `resolved` is no word.
    """
    case = await take_up(tx, task_id, act)
    check_reason(resolved, RESOLVED_WORDS, what="办理结果", field="resolved")
    await _close(case, resolved, on_behalf_of)
    return case.order


async def _close(case: Case, resolved: str, on_behalf_of: str | None) -> None:
    task_id, now = case.order.task_id, case.deed.act.at
    command = MoveCommand(task_id=task_id, move=Move.CLOSE, on_behalf_of=on_behalf_of, step="close")
    await make_move(case.deed, case.held, command)
    note_step(case, "close", unit=case.held.task.answering_unit, resolved=resolved)
    for order in (case.order, *await repository.served_by(case.deed.tx.session, task_id)):
        order.resolved, order.closed_at = resolved, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An attempt of ours to ask the caller; without an answer `resolved` and `level` stay out."""

    reached: bool
    resolved: str | None = None
    level: int | None = None
    note: str = ""


async def visit(tx: Tx, task_id: str, said: Visit, act: Act) -> OrderVisitRow:
    """Write down our visit 回访 of a caller who was not content, by a supervisor who is not of the unit.

    Raises:
        NotFound: There is no such order.
        Conflict: No visit is owed.
        Forbidden: Somebody else asks, or one of the unit that dealt with it.
        Invalid: What was said makes no sense.
    """
    case = await take_up(tx, task_id, act)
    order = case.order
    check_impartial(act.actor, await _dealt_with(case), word="回访")
    _check_visit(said)
    if order.visit != "owed":
        message = "该单没有待办的回访（仅差评、未解决工单由我方再次回访）"
        raise Conflict(message, code="order.no_visit", field="id", visit=order.visit)
    attempt = len(await repository.visits_of(tx.session, task_id)) + 1
    row = OrderVisitRow(
        task_id=task_id,
        attempt=attempt,
        at=act.at,
        by=act.actor.id,
        reached=said.reached,
        resolved=said.resolved,
        level=said.level,
        note=said.note.strip(),
    )
    tx.session.add(row)
    bad = case.rules.is_bad(said.resolved, said.level)
    order.visit = visit_after(reached=said.reached, bad=bad, attempt=attempt, most=case.rules.visit_attempts)
    note_step(case, "visit", reached=said.reached, resolved=said.resolved, level=said.level)
    told = {"task_id": task_id, "order_id": order.order_id} | _said(row)
    event = OrderVisited.model_validate(told)
    case.deed.publish(event, case.held)
    if bad:
        await reopen_bad(case, act.at)
    return row


async def _dealt_with(case: Case) -> set[str]:
    """Name the units that dealt with an order, those of the task that it was merged into among them.

    A unit whose return was granted dealt with nothing.
    """
    session, order = case.deed.tx.session, case.order
    units = {*signing_units(case.held.units)}
    for task_id in (order.task_id, order.merged_into or ""):
        units |= {hop.unit_id for hop in await repository.hops_of(session, task_id) if not hop.granted}
    return units


def _said(row: OrderVisitRow) -> dict[str, object]:
    return {
        "attempt": row.attempt,
        "reached": row.reached,
        "resolved": row.resolved,
        "level": row.level,
    }


def _check_visit(said: Visit) -> None:
    if said.resolved is not None:
        check_reason(said.resolved, RESOLVED_WORDS, what="解决情况", field="resolved")
    if said.level is not None and said.level not in range(1, 6):
        message = f"满意度 {said.level} 无效，请填 1（非常不满意）至 5（非常满意）"
        raise Invalid(message, code="order.level", field="level")
    spoke = said.resolved is not None or said.level is not None
    if spoke and not said.reached:
        message = "未接通（reached 为 false）时不能填写解决情况和满意度"
        raise Invalid(message, code="order.visit_senseless", field="reached")
    if said.reached and not spoke:
        message = "已接通的回访须填写解决情况（resolved）或满意度（level）"
        raise Invalid(message, code="order.visit_empty", field="resolved")
