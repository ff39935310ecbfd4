"""What a move does to its task beside the state: units, progress, dates of handing in and closing, reviews."""

from collections.abc import Callable

from services.tasks.acts import Act
from services.tasks.ledger import parts, repository
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import Move, State, find_answering
from services.tasks.ledger.domain_deadlines import check_day, check_within
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository import Held
from services.tasks.ledger.terms import Terms
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid

# Moves with which a date may be set, and those after which the mirrors hear the task's facts anew.
DATED = frozenset({Move.CARRY_OVER, Move.REOPEN, Move.RESUME, Move.INSTRUCT, Move.REASSIGN})
RESAYS = frozenset({Move.REASSIGN, Move.UNASSIGN, Move.CARRY_OVER})
# Moves after which the units sign for the task anew.
SIGNED_FOR = frozenset({Move.ASSIGN, Move.REASSIGN, Move.INSTRUCT})


async def apply(deed: Deed, held: Held, command: MoveCommand) -> None:
    """Apply a move's effects, before the state changes.

    Raises:
        Conflict: There is no unit to answer, or something below the task is open.
        Invalid: A date, units or evidence are missing or make no sense.
    """
    _check_shape(command, deed.act)
    if command.deadline is not None:
        check_within(command.deadline, held.parent_due_at)
    if command.move in {Move.REASSIGN, Move.UNASSIGN}:
        await _reassign(deed.tx, held, command)
    if command.move is Move.UNASSIGN:
        held.task.answering_unit, held.task.answering_assumed = None, False
    if command.move in SIGNED_FOR:
        _choose_answering(held)
        parts.assign_parts(deed.tx, held)
    if command.move is Move.SUBMIT:
        _check_submission(held, command, deed.terms)
    if command.deadline is not None:
        held.task.deadline, held.task.deadline_set = command.deadline, True
    EFFECTS.get(command.move, _no_effect)(held, command, deed.act)


def end(held: Held, act: Act) -> None:
    """Date the end of a task whose kind lets a move of its unit close it, once the state has changed."""
    if held.task.state == State.CLOSED:
        held.task.closed_at = held.task.closed_at or act.at


def _check_shape(command: MoveCommand, act: Act) -> None:
    if command.deadline is not None and command.move not in DATED:
        message = f"动作 {command.move} 不能设定时限，请去掉 deadline（延期请用延期申请）"
        raise Invalid(message, code="task.deadline_senseless", field="deadline")
    if command.deadline is not None:
        check_day(command.deadline, local_date(act.at))
    if bool(command.units) != (command.move is Move.REASSIGN):
        message = "改派须指明新的牵头、责任单位（units），其他动作不能带 units"
        raise Invalid(message, code="task.units_senseless", field="units")


async def _reassign(tx: Tx, held: Held, command: MoveCommand) -> None:
    units = await repository.known_units(tx.session, command.units)
    await repository.replace_units(tx.session, held, units)
    await parts.drop_parts(tx, held)
    held.task.units_set = True


def _choose_answering(held: Held) -> None:
    answering = find_answering(held.units)
    if answering is None:
        message = f"事项 {held.task.id} 没有可以负责的单位（未列单位或只有“各相关部门”一类统称），请先明确单位再交办"
        raise Conflict(message, code="task.no_unit", field="units")
    held.task.answering_unit, held.task.answering_assumed = answering.unit_id, answering.assumed


def _check_submission(held: Held, command: MoveCommand, terms: Terms) -> None:
    parts.check_handed_in(held, terms)
    if kind_of(held.task.kind).evidence and not command.report.evidence:
        message = f"{kind_of(held.task.kind).word}报审须附佐证材料（evidence）"
        raise Invalid(message, code="task.evidence_missing", field="evidence")


def _no_effect(_held: Held, _command: MoveCommand, _act: Act) -> None:
    """Change nothing but the state."""


def _progress(held: Held, command: MoveCommand, act: Act) -> None:
    if held.task.state == State.SUBMITTED:  # What was handed in is with its unit again.
        _take_back(held, command, act)
    if command.progress is not None:
        held.task.progress = command.progress


def _submit(held: Held, command: MoveCommand, act: Act) -> None:
    held.task.progress = 100 if command.progress is None else command.progress
    held.task.submitted_at, held.task.reviews_passed = act.at, 0


def _verify(held: Held, _command: MoveCommand, _act: Act) -> None:
    held.task.reviews_passed += 1


def _take_back(held: Held, _command: MoveCommand, _act: Act) -> None:
    held.task.submitted_at, held.task.closed_at, held.task.reviews_passed = None, None, 0


def _close(held: Held, _command: MoveCommand, act: Act) -> None:
    held.task.closed_at = (
        held.task.closed_at or act.at
    )  # What becomes a routine later was done when it was closed.


def _suspend(held: Held, _command: MoveCommand, _act: Act) -> None:
    held.task.suspended_from = State(held.task.state)


def _carry_over(held: Held, _command: MoveCommand, _act: Act) -> None:
    held.task.in_year_scope = False


EFFECTS: dict[Move, Callable[[Held, MoveCommand, Act], None]] = {
    Move.PROGRESS: _progress,
    Move.SUBMIT: _submit,
    Move.VERIFY: _verify,
    Move.RETURN: _take_back,
    Move.INSTRUCT: _take_back,
    Move.REOPEN: _take_back,
    Move.REASSIGN: _take_back,
    Move.UNASSIGN: _take_back,
    Move.CLOSE: _close,
    Move.NORMALISE: _close,
    Move.SUSPEND: _suspend,
    Move.CARRY_OVER: _carry_over,
}
