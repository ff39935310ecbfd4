"""Clocks 时限: started, moved and stopped with an event each; a printed date stays what the document says."""

from datetime import datetime

from services.tasks.acts import Act
from services.tasks.ledger.domain import State
from services.tasks.ledger.repository import Held
from services.tasks.models import ClockRow
from shared.clock import end_of_day
from shared.database import Tx
from shared.events.supervision import ClockStarted, ClockStopped

FINISH = "finish"


def due_instant(held: Held) -> datetime | None:
    """Give the end of the printed day in Shanghai, or None where the task has no date."""
    return end_of_day(held.task.deadline) if held.task.deadline else None


def start_finish(tx: Tx, held: Held, act: Act) -> None:
    """Start the clock to the printed date, if the task has one."""
    due_at = due_instant(held)
    if due_at is None:
        return
    clock = ClockRow(
        task_id=held.task.id,
        name=FINISH,
        started_at=act.at,
        due_at=due_at,
        original_due_at=due_at,
        recorded_at=act.recorded_at,
        printed=True,
    )
    tx.session.add(clock)
    held.clocks[FINISH] = clock
    _tell(tx, held, clock, act)


def stop_all(tx: Tx, held: Held, act: Act) -> None:
    """Stop every clock that runs."""
    for clock in held.clocks.values():
        if clock.stopped_at is None:
            _stop(tx, held, clock, act)


def follow_deadline(tx: Tx, held: Held, act: Act) -> None:
    """Bring the clock in line after a revised document changed, set or removed the printed date."""
    task, clock, due_at = held.task, held.clocks.get(FINISH), due_instant(held)
    if task.state in {State.REGISTERED, State.CLOSED}:
        return
    if clock is None:
        start_finish(tx, held, act)
    elif due_at is None:
        if clock.stopped_at is None:
            _stop(tx, held, clock, act)
    elif due_at != clock.due_at or clock.stopped_at is not None:
        clock.due_at, clock.stopped_at, clock.recorded_at = due_at, None, act.recorded_at
        _tell(tx, held, clock, act)


def _tell(tx: Tx, held: Held, clock: ClockRow, act: Act) -> None:
    event = ClockStarted(
        task_id=held.task.id,
        clock=clock.name,
        kind=held.task.kind,
        started_at=clock.started_at,
        recorded_at=clock.recorded_at,
        due_at=clock.due_at,
        printed=clock.printed,
    )
    tx.publish(event, time=act.at, revision=held.task.revision)


def _stop(tx: Tx, held: Held, clock: ClockRow, act: Act) -> None:
    clock.stopped_at = act.at
    stopped = ClockStopped(task_id=held.task.id, clock=clock.name, stopped_at=act.at)
    tx.publish(stopped, time=act.at, revision=held.task.revision)
