"""Extensions 延期 of clocks: asked for by the answering unit, answered by the supervision office, each step recorded.

Invariant: a granted extension moves the clock alone; the printed date and the original due instant stay.
"""

from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.ledger import clocks, repository, repository_extensions
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import FINISH, Move, State, signing_units
from services.tasks.ledger.domain_deadlines import ENDED, check_within
from services.tasks.ledger.domain_extensions import (
    Answer,
    Asked,
    ExtensionState,
    check_latest,
    check_pending,
    check_request,
    check_times,
    granted_day,
)
from services.tasks.ledger.domain_permits import check_impartial, unit_acting
from services.tasks.ledger.history import check_revision
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.models import ExtensionRow, TaskRow
from shared.clock import end_of_day, local_date
from shared.database import Tx
from shared.events.supervision import ExtensionDecided, ExtensionRequested


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for more time; see `ask_extension`."""

    task_id: str
    wanted_on: date
    reason: str
    clock: str = FINISH
    on_behalf_of: str | None = None
    if_revision: int | None = None


async def ask_extension(tx: Tx, wanted: Request, act: Act) -> TaskRow:
    """Ask for a later day of a clock that runs, as the head of the answering unit or on its behalf.

    Raises:
        NotFound: There is no such task.
        Conflict: The clock does not run or is due, another request waits, or the task has changed.
        Forbidden: Somebody else asks.
        Invalid: The reason is missing, or the day makes no sense.
    """
    held = await repository.hold(tx.session, wanted.task_id)
    check_revision(held.task, wanted.if_revision)
    unit = unit_acting(act.actor, held.task.answering_unit, wanted.on_behalf_of, word="申请延期")
    row = await _check_request(tx, held, wanted, act)
    row.unit_id = unit
    deed = await begin(tx, act)
    await _check_own_limit(deed, held, row.clock, wanted.wanted_on, field="wanted_on")
    changes = {"number": row.number, "clock": row.clock, "wanted_on": row.wanted_on.isoformat()}
    note(deed, held, Note(step="extension.ask", unit=unit, reason=wanted.reason, changes=changes))
    tx.session.add(row)
    event = ExtensionRequested(
        task_id=row.task_id,
        number=row.number,
        clock=row.clock,
        unit_id=unit,
        old_due_at=row.old_due_at,
        wanted_on=row.wanted_on,
    )
    deed.publish(event, held)
    settle(deed, held)
    return held.task


async def _check_request(tx: Tx, held: Held, wanted: Request, act: Act) -> ExtensionRow:
    clock = held.clocks.get(wanted.clock)
    asked = Asked(
        clock=wanted.clock,
        due_at=clock.due_at if clock is not None and clock.stopped_at is None else None,
        wanted_on=wanted.wanted_on,
        reason=wanted.reason,
        pending=await repository_extensions.pending_of(tx.session, held.task.id) is not None,
    )
    due_at = check_request(asked, act.at)
    _check_parent(held, wanted.clock, wanted.wanted_on)
    return ExtensionRow(
        task_id=held.task.id,
        number=await repository_extensions.next_number(tx.session, held.task.id),
        clock=wanted.clock,
        state=ExtensionState.PENDING,
        asked_by=act.actor.id,
        asked_at=act.at,
        reason=wanted.reason.strip(),
        old_due_at=due_at,
        wanted_on=wanted.wanted_on,
        opinion="",
    )


async def decide_extension(tx: Tx, task_id: str, number: int, answer: Answer, act: Act) -> TaskRow:
    """Grant or refuse a request, as a supervisor whose own unit does not sign for the task.

    Raises:
        NotFound: There is no such task or request.
        Conflict: It does not wait for an answer any more.
        Forbidden: Somebody else answers.
        Invalid: The day or the opinion makes no sense.
    """
    held = await repository.hold(tx.session, task_id)
    row = await repository_extensions.get_extension(tx.session, task_id, number)
    check_impartial(act.actor, signing_units(held.units), word="批复延期")
    check_pending(row.state)
    day = granted_day(answer, row.wanted_on, held.clocks[row.clock].due_at)
    if day is not None:
        _check_parent(held, row.clock, day)
    deed = await begin(tx, act)
    if day is not None:
        await _check_own_limit(deed, held, row.clock, day, field="granted_on")
    row.opinion, row.granted_on = answer.opinion.strip(), day
    row.decided_by, row.decided_at = act.actor.id, act.at
    row.state = ExtensionState.REFUSED if day is None else ExtensionState.GRANTED
    step = "extension.refuse" if day is None else "extension.grant"
    changes = {"number": number, "clock": row.clock, "granted_on": day.isoformat() if day else None}
    note(deed, held, Note(step=step, reason=answer.opinion, changes=changes))
    _tell(deed, held, row)
    if day is not None:
        clocks.move_due(deed, held, row.clock, end_of_day(day))
        held.task.due_at = clocks.due_in_force(held)
    settle(deed, held)
    return held.task


async def withdraw_extension(
    tx: Tx, task_id: str, number: int, act: Act, *, on_behalf_of: str | None = None
) -> TaskRow:
    """Take a request back, as the head of the answering unit or on its behalf.

    Raises:
        NotFound: There is no such task or request.
        Conflict: It was answered already.
        Forbidden: Somebody else asks.
        Invalid: `on_behalf_of` names another unit.
    """
    held = await repository.hold(tx.session, task_id)
    row = await repository_extensions.get_extension(tx.session, task_id, number)
    unit = unit_acting(act.actor, held.task.answering_unit, on_behalf_of, word="撤回延期申请")
    check_pending(row.state)
    deed = await begin(tx, act)
    row.state, row.decided_by, row.decided_at = ExtensionState.WITHDRAWN, act.actor.id, act.at
    note(deed, held, Note(step="extension.withdraw", unit=unit, changes={"number": number}))
    _tell(deed, held, row)
    settle(deed, held)
    return held.task


async def find_falling(tx: Tx, held: Held, move: Move) -> ExtensionRow | None:
    """Find the waiting request that falls void with a move: the task has ended, or other units have it now."""
    if State(held.task.state) not in ENDED and move not in {Move.REASSIGN, Move.UNASSIGN}:
        return None
    return await repository_extensions.pending_of(tx.session, held.task.id)


def let_fall(deed: Deed, held: Held, row: ExtensionRow | None) -> None:
    """Let a request fall void, if there is one, within the move that brings it about."""
    if row is None:
        return
    row.state, row.decided_at = ExtensionState.VOID, deed.act.at
    _tell(deed, held, row)


async def _check_own_limit(deed: Deed, held: Held, name: str, day: date, *, field: str) -> None:
    """Hold a day against what the clock itself says of how often and by how much it may be extended."""
    clock, session = held.clocks[name], deed.tx.session
    if clock.extensions is not None:
        granted = await repository_extensions.granted_since(session, clock)
        check_times(granted, clock.extensions)
    if clock.extension_workdays is not None:
        first = local_date(clock.original_due_at)
        latest = deed.terms.calendar.add_workdays(first, clock.extension_workdays)
        check_latest(day, latest, clock.extension_workdays, field=field)


def _check_parent(held: Held, clock: str, day: date) -> None:
    if clock == FINISH:
        check_within(day, held.parent_due_at)


def _tell(deed: Deed, held: Held, row: ExtensionRow) -> None:
    event = ExtensionDecided(
        task_id=row.task_id,
        number=row.number,
        clock=row.clock,
        granted_on=row.granted_on,
        outcome=row.state,
    )
    deed.publish(event, held)
