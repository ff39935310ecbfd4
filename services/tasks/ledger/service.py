"""Moves of tasks and what follows from them: history, clocks, lights and events, in one transaction.

Invariant: whatever changes a task adds one row to its history and publishes with that row's revision number.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.ledger import clocks, lights, repository
from services.tasks.ledger.domain import (
    Move,
    State,
    Step,
    acting_for,
    check_reason,
    find_answering,
    find_step,
)
from services.tasks.ledger.repository import Held
from services.tasks.models import RevisionRow, TaskRow
from shared.database import Tx
from shared.errors import Conflict
from shared.events.supervision import (
    TaskAccepted,
    TaskAssigned,
    TaskClosed,
    TaskEvent,
    TaskProgressed,
    TaskReturned,
    TaskSubmitted,
    TaskVerified,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCommand:
    """What somebody wants done with a task.

    Attributes:
        progress: In %, with the moves `progress` and `submit`.
        on_behalf_of: The unit for which a supervisor enters a unit's move.
        if_revision: Refuse when the task has moved on since this revision.
    """

    task_id: str
    move: Move
    reason: str = ""
    progress: int | None = None
    on_behalf_of: str | None = None
    if_revision: int | None = None


async def move_task(tx: Tx, command: MoveCommand, act: Act) -> TaskRow:
    """Make one move.

    Raises:
        NotFound: There is no such task.
        Conflict: The move is illegal now, or the task has changed since `if_revision`.
        Forbidden: The actor may not make it.
        Invalid: A reason is missing, or `on_behalf_of` makes no sense.
    """
    return make_move(tx, await repository.hold(tx.session, command.task_id), command, act)


def make_move(tx: Tx, held: Held, command: MoveCommand, act: Act) -> TaskRow:
    """Make one move on a task that is at hand; see `move_task`."""
    task = held.task
    _check_revision(task, command.if_revision)
    step = find_step(State(task.state), command.move)
    wanted = command.on_behalf_of
    behalf = acting_for(step, act.actor, held.units, on_behalf_of=wanted, answering=task.answering_unit)
    check_reason(step, command.reason)
    EFFECTS.get(step.move, _no_effect)(held, command, act)
    task.state = step.to
    add_revision(tx, task, act, _entry(step, command, behalf))
    event = _event(held, step, act, behalf)
    tx.publish(event, time=act.at, revision=task.revision)
    CLOCK_EFFECTS.get(step.move, _no_clock)(tx, held, act)
    lights.relight(tx, task, at=act.at)
    return task


def _check_revision(task: TaskRow, expected: int | None) -> None:
    if expected is not None and expected != task.revision:
        message = (
            f"事项 {task.id} 已变更（现为第 {task.revision} 版，您看到的是第 {expected} 版），请刷新后再办"
        )
        raise Conflict(message, code="task.changed", field="if_revision", revision=task.revision)


def _entry(step: Step, command: MoveCommand, behalf: str | None) -> RevisionRow:
    return RevisionRow(
        move=step.move,
        from_state=step.state,
        on_behalf_of=behalf,
        progress=command.progress,
        reason=command.reason.strip(),
        changes={},
    )


def add_revision(tx: Tx, task: TaskRow, act: Act, entry: RevisionRow) -> None:
    """Give the task its next revision number and write `entry` into its history under it."""
    task.revision += 1
    entry.task_id, entry.revision, entry.to_state = task.id, task.revision, task.state
    entry.at, entry.entered_at, entry.by = act.at, act.entered_at, act.actor.id
    tx.session.add(entry)


def _no_effect(_held: Held, _command: MoveCommand, _act: Act) -> None:
    """Change nothing but the state."""


def _assign(held: Held, _command: MoveCommand, _act: Act) -> None:
    answering = find_answering(held.units)
    if answering is None:
        message = f"事项 {held.task.id} 没有可以负责的单位（未列单位或只有“各相关部门”一类统称），请先明确单位再交办"
        raise Conflict(message, code="task.no_unit", field="units")
    held.task.answering_unit, held.task.answering_assumed = answering.unit_id, answering.assumed


def _progress(held: Held, command: MoveCommand, _act: Act) -> None:
    if command.progress is not None:
        held.task.progress = command.progress


def _submit(held: Held, command: MoveCommand, act: Act) -> None:
    held.task.progress = 100 if command.progress is None else command.progress
    held.task.submitted_at = act.at


def _return(held: Held, _command: MoveCommand, _act: Act) -> None:
    held.task.submitted_at = None


def _close(held: Held, _command: MoveCommand, act: Act) -> None:
    held.task.closed_at = act.at


def _no_clock(_tx: Tx, _held: Held, _act: Act) -> None:
    """Leave the clocks alone."""


EFFECTS: dict[Move, Callable[[Held, MoveCommand, Act], None]] = {
    Move.ASSIGN: _assign,
    Move.PROGRESS: _progress,
    Move.SUBMIT: _submit,
    Move.RETURN: _return,
    Move.CLOSE: _close,
}
CLOCK_EFFECTS: dict[Move, Callable[[Tx, Held, Act], None]] = {
    Move.ASSIGN: clocks.start_finish,
    Move.CLOSE: clocks.stop_all,
}
EVENTS: dict[Move, type[TaskEvent]] = {
    Move.ASSIGN: TaskAssigned,
    Move.ACCEPT: TaskAccepted,
    Move.SUBMIT: TaskSubmitted,
    Move.RETURN: TaskReturned,
    Move.VERIFY: TaskVerified,
}


def _event(held: Held, step: Step, act: Act, behalf: str | None) -> TaskEvent:
    task = held.task
    said = {"task_id": task.id, "state": str(step.to), "by": act.actor.id, "on_behalf_of": behalf}
    if step.move is Move.PROGRESS:
        return TaskProgressed.model_validate(said | {"progress": task.progress})
    if step.move is Move.CLOSE:
        late = task.due_at is not None and act.at > task.due_at
        return TaskClosed.model_validate(said | {"closed_at": act.at, "late": late})
    return EVENTS[step.move].model_validate(said)
