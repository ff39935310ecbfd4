"""What the feed `supervision` hears of a task: its facts, and each of its moves."""

from services.tasks.acts import Act
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import Move, Party, State, Step
from services.tasks.ledger.domain_chain import Reviewer
from services.tasks.ledger.domain_parties import ROLES
from services.tasks.ledger.repository import Held
from shared.events.supervision import (
    ObjectionDismissed,
    ReviewPassed,
    TaskAccepted,
    TaskAssigned,
    TaskCancelled,
    TaskCarriedOver,
    TaskClosed,
    TaskEvent,
    TaskInstructed,
    TaskNormalised,
    TaskObjected,
    TaskProgressed,
    TaskReassigned,
    TaskRegistered,
    TaskReopened,
    TaskResumed,
    TaskReturned,
    TaskSubmitted,
    TaskSuspended,
    TaskVerified,
    UnitRole,
)

EVENTS: dict[Move, type[TaskEvent]] = {
    Move.ASSIGN: TaskAssigned,
    Move.ACCEPT: TaskAccepted,
    Move.OBJECT: TaskObjected,
    Move.DISMISS: ObjectionDismissed,
    Move.REASSIGN: TaskReassigned,
    Move.UNASSIGN: TaskReassigned,
    Move.PROGRESS: TaskProgressed,
    Move.SUBMIT: TaskSubmitted,
    Move.VERIFY: TaskVerified,
    Move.RETURN: TaskReturned,
    Move.CLOSE: TaskClosed,
    Move.NORMALISE: TaskNormalised,
    Move.INSTRUCT: TaskInstructed,
    Move.SUSPEND: TaskSuspended,
    Move.RESUME: TaskResumed,
    Move.CANCEL: TaskCancelled,
    Move.REOPEN: TaskReopened,
    Move.CARRY_OVER: TaskCarriedOver,
}


def announce(deed: Deed, held: Held) -> None:
    """Publish the facts of a task, with its revision."""
    task = held.task
    event = TaskRegistered(
        task_id=task.id,
        kind=task.kind,
        plan_id=task.plan_id,
        number=task.number,
        title=task.title,
        units=tuple(UnitRole(unit_id=unit.unit_id, role=unit.role) for unit in held.units),
        answering_unit=task.answering_unit,
        due_on=task.deadline,
        ongoing=task.ongoing,
        in_year_scope=task.in_year_scope,
        level=task.level,
    )
    deed.publish(event, held)


def announce_move(deed: Deed, held: Held, step: Step, *, unit: str | None, review: Reviewer | None) -> None:
    """Publish a move; `review` is the one that passed when others follow it."""
    act, move = deed.act, _move_told(held, step)
    entered = act.actor.role in ROLES[Party.SUPERVISOR]
    said = {
        "task_id": held.task.id,
        "state": held.task.state,
        "by": act.actor.id,
        "on_behalf_of": unit if entered else None,
    }
    model = ReviewPassed if review else EVENTS[move]
    event = model.model_validate(said | _details(held, move, act) | ({"review": review} if review else {}))
    deed.publish(event, held)


def _move_told(held: Held, step: Step) -> Move:
    """Tell a move that ends its task as the closing, which is what others look at, whatever the move was."""
    return Move.CLOSE if held.task.state == State.CLOSED else step.move


def _details(held: Held, move: Move, act: Act) -> dict[str, object]:
    task = held.task
    if move is Move.PROGRESS:
        return {"progress": task.progress}
    if move is Move.CLOSE:
        return {"closed_at": act.at, **_lateness(held, act)}
    if move is Move.NORMALISE:
        return {"since": act.at, "closed_at": task.closed_at, **_lateness(held, act)}
    if move is Move.CARRY_OVER:
        return {"due_on": task.deadline}
    return {}


def _lateness(held: Held, act: Act) -> dict[str, bool]:
    """Hold the last handing in against the due instant, and against the one before any extension."""
    handed_in, clock = held.task.submitted_at or act.at, held.owed_by
    late = held.task.due_at is not None and handed_in > held.task.due_at
    return {"late": late, "late_by_original": clock is not None and handed_in > clock.original_due_at}
