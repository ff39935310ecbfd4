"""Use cases on the mirror: what `supervision` says about units, tasks, clocks and working days.

Invariant: nothing here plans. What changes a plan marks its clocks to be looked at now, and the engine plans anew,
so a thousand clocks can be re-planned by one statement and in small transactions.
"""

from datetime import date, timedelta

from services.notify import repository, repository_blocks
from services.notify.models import CalendarYearRow, UnitRow
from services.notify.monitoring.service import mirror_codes
from shared.clock import at_local, end_of_day
from shared.database import Tx
from shared.events.supervision import (
    CalendarRevised,
    ClockStarted,
    ClockStopped,
    TaskBlocked,
    TaskClosed,
    TaskEvent,
    TaskRegistered,
    TaskUnblocked,
    UnitRegistered,
)


def _revision(tx: Tx) -> int:
    return tx.cause.revision if tx.cause else 0


async def mirror_unit(tx: Tx, event: UnitRegistered) -> None:
    """Keep a unit with its codes; of one that was merged, who succeeded it."""
    values = event.model_dump(include={"unit_id", "name", "kind", "collective", "successor"})
    if await repository.upsert_newer(tx.session, UnitRow, values | {"revision": _revision(tx)}):
        await mirror_codes(tx, event)


async def mirror_task(tx: Tx, event: TaskRegistered) -> None:
    """Keep a task with the units that are to be told about it."""
    values = event.model_dump(
        include={"task_id", "kind", "number", "title", "answering_unit", "level", "plan_id"}
    )
    if await repository.register_task(tx.session, values | {"revision": _revision(tx)}):
        roles = [(unit.unit_id, unit.role) for unit in event.units]
        await repository.replace_units(tx.session, event.task_id, roles)


async def mirror_state(tx: Tx, event: TaskEvent) -> None:
    """Keep the state of a task."""
    await repository.set_state(tx.session, event.task_id, event.state, revision=_revision(tx))


async def close_task(tx: Tx, event: TaskClosed) -> None:
    """Keep the state of a closed task and stop all its clocks: nothing is decided for it after this."""
    await mirror_state(tx, event)
    await repository.stop_clocks(tx.session, event.task_id, event.closed_at, revision=_revision(tx))


async def start_clock(tx: Tx, event: ClockStarted) -> None:
    """Begin to watch a clock, or to watch it under its changed due instant."""
    values = event.model_dump(exclude={"limit"}) | {"amount": event.limit, "revision": _revision(tx)}
    await repository.start_clock(tx.session, values, now=tx.now)


async def stop_clock(tx: Tx, event: ClockStopped) -> None:
    """Tell nothing more about a clock."""
    await repository.stop_clocks(
        tx.session, event.task_id, event.stopped_at, clock=event.clock, revision=_revision(tx)
    )


async def block_task(tx: Tx, event: TaskBlocked) -> None:
    """Keep that a task waits for another."""
    await repository_blocks.add_block(tx.session, event.task_id, event.by)


async def unblock_task(tx: Tx, event: TaskUnblocked) -> None:
    """Forget a block; when it was the last, the rung that was held back last goes out now, late."""
    removed = await repository_blocks.remove_block(tx.session, event.task_id, event.by)
    if removed and event.task_id not in await repository_blocks.blocks(tx.session):
        await repository_blocks.look_again(tx.session, event.task_id, now=tx.now)


async def revise_calendar(tx: Tx, event: CalendarRevised) -> None:
    """Keep a year's working days and have the clocks that touch it planned anew."""
    row = {"year": event.year, "complete": event.complete, "revision": _revision(tx)}
    if not await repository.upsert_newer(tx.session, CalendarYearRow, row):
        return
    days = dict.fromkeys(event.workdays, True) | dict.fromkeys(event.days_off, False)
    await repository.replace_year(tx.session, event.year, days)
    # A day on either side: local days and the clocks of the last evening.
    begin = at_local(date(event.year, 1, 1)) - timedelta(days=1)
    end = end_of_day(date(event.year, 12, 31)) + timedelta(days=1)
    await repository.replan(tx.session, now=tx.now, within=(begin, end))
