"""Each `supervision` event goes to its one use case; the group is `notify`."""

from services.notify import service
from shared.database import Tx
from shared.events.supervision import (
    CalendarRevised,
    ClockStarted,
    ClockStopped,
    TaskAccepted,
    TaskAssigned,
    TaskClosed,
    TaskEvent,
    TaskProgressed,
    TaskRegistered,
    TaskReturned,
    TaskSubmitted,
    TaskVerified,
    UnitRegistered,
)
from shared.streams import Handlers

GROUP = "notify"  # Renaming this starts a new group: every stream is read again.
STEPS: tuple[type[TaskEvent], ...] = (
    TaskAssigned,
    TaskAccepted,
    TaskProgressed,
    TaskSubmitted,
    TaskReturned,
    TaskVerified,
)


async def on_unit_registered(tx: Tx, event: UnitRegistered) -> None:
    """Mirror the unit."""
    await service.mirror_unit(tx, event)


async def on_task_registered(tx: Tx, event: TaskRegistered) -> None:
    """Mirror the task and its units."""
    await service.mirror_task(tx, event)


async def on_task_step(tx: Tx, event: TaskEvent) -> None:
    """Mirror the state."""
    await service.mirror_state(tx, event)


async def on_task_closed(tx: Tx, event: TaskClosed) -> None:
    """Stop all clocks of the task."""
    await service.close_task(tx, event)


async def on_clock_started(tx: Tx, event: ClockStarted) -> None:
    """Watch the clock."""
    await service.start_clock(tx, event)


async def on_clock_stopped(tx: Tx, event: ClockStopped) -> None:
    """Watch the clock no longer."""
    await service.stop_clock(tx, event)


async def on_calendar_revised(tx: Tx, event: CalendarRevised) -> None:
    """Plan anew by the revised working days."""
    await service.revise_calendar(tx, event)


def build_handlers() -> Handlers:
    """List what this service does with each event."""
    handlers = Handlers(GROUP)
    handlers.on(UnitRegistered, on_unit_registered)
    handlers.on(TaskRegistered, on_task_registered)
    for step in STEPS:
        handlers.on(step, on_task_step)
    handlers.on(TaskClosed, on_task_closed)
    handlers.on(ClockStarted, on_clock_started)
    handlers.on(ClockStopped, on_clock_stopped)
    handlers.on(CalendarRevised, on_calendar_revised)
    return handlers
