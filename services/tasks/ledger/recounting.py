"""Limits 期限 counted anew when the working calendar of a year arrives or changes.

Invariants: a printed date, and a day that people set or granted, never moves; a limit that is over stays as it was
kept or missed, and none is moved into the past.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger import clocks, repository
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import OWED
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.ledger.repository_queries import limited_ids
from shared.database import Tx
from shared.workdays import WorkCalendar

REASON = "工作日历调整，期限按新的工作日重新计算"


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendar before and after its change, and the first instant that the change may touch."""

    before: WorkCalendar
    after: WorkCalendar
    begin: datetime


@dataclass(frozen=True, slots=True)
class Recount:
    """A clock whose due instant moves."""

    task_id: str
    clock: str
    old_due_at: datetime
    new_due_at: datetime


async def try_recount(session: AsyncSession, change: Calendars, now: datetime) -> Sequence[Recount]:
    """Say which clocks `recount_limits` would move, and move none."""
    held = await _touched(session, change, now, lock=False)
    return [moved for one in held.values() for moved in _recounted(one, change, now)]


async def recount_limits(tx: Tx, change: Calendars, act: Act) -> Sequence[Recount]:
    """Move the clocks of limits that were counted over other working days, each with its event and its history."""
    held = await _touched(tx.session, change, act.at, lock=True)
    plan = {task_id: moved for task_id, one in held.items() if (moved := [*_recounted(one, change, act.at)])}
    if plan:
        deed = await begin(tx, act)
        for task_id, moved in plan.items():
            _move(deed, held[task_id], moved)
    return [one for moved in plan.values() for one in moved]


async def _touched(
    session: AsyncSession, change: Calendars, now: datetime, *, lock: bool
) -> Mapping[str, Held]:
    ids = await limited_ids(session, after=max(now, change.begin))
    return await repository.hold_all(session, ids, lock=lock)


def _recounted(held: Held, change: Calendars, now: datetime) -> Iterator[Recount]:
    for clock in held.clocks.values():
        limit = clocks.limit_in_force(held.task, clock)
        # A return starts what the task is owed by again where it stood.
        goes_on = clock.stopped_at is None or clock.name in OWED
        if limit is None or clock.due_at <= now or not goes_on:
            continue
        due_at = limit.recount(clock.started_at, clock.due_at, change.before, change.after)
        if now < due_at != clock.due_at:
            yield Recount(held.task.id, clock.name, clock.due_at, due_at)


def _move(deed: Deed, held: Held, moved: Sequence[Recount]) -> None:
    changes = {
        f"due_at.{one.clock}": [one.old_due_at.isoformat(), one.new_due_at.isoformat()] for one in moved
    }
    note(deed, held, Note(step="calendar.recount", reason=REASON, changes=changes))
    for one in moved:
        clocks.recount(deed, held, one.clock, one.new_due_at)
    settle(deed, held)
