"""The use cases of the forecast: one snapshot is read, everything else happens in a copy, and nothing is written."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from services.notify.forecast import changes
from services.notify.forecast.changes import Change
from services.notify.forecast.domain import Difference, Forecast, Window, difference
from services.notify.forecast.rehearsal import RehearsalClock, rehearse
from services.notify.forecast.repository import Snapshot, copied, read_snapshot, told_notices
from services.notify.repository import rulebook
from shared.clock import local_date
from shared.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A window as it will be, as it would be after a change, and what differs."""

    before: Forecast
    after: Forecast
    changed: Difference


class Forecaster:
    """Makes forecasts, one at a time, in a thread of its own: the engine of this process goes on deciding meanwhile."""

    def __init__(self, db: Database, channels: Sequence[str]) -> None:
        self._db = db
        self._channels = tuple(channels)
        self._one_at_a_time = asyncio.Lock()

    async def forecast(self, window: Window) -> Forecast:
        """Say what will be decided and sent in a window."""
        clock, snapshot = await self._look()
        return await self._in_thread(lambda: self._rehearse(clock, snapshot, window, Change()))

    async def compare(self, window: Window, change: Change) -> Comparison:
        """Say what a change would make of a window.

        Raises:
            Invalid: The change is none.
        """
        clock, snapshot = await self._look()

        async def both() -> Comparison:
            after = await self._rehearse(clock, snapshot, window, change)  # First: it may be refused.
            before = await self._rehearse(clock, snapshot, window, Change())
            return Comparison(before, after, difference(before.messages, after.messages))

        return await self._in_thread(both)

    async def _look(self) -> tuple[RehearsalClock, Snapshot]:
        clock = RehearsalClock(self._db.clock)
        async with self._db.reading() as session:
            return clock, await read_snapshot(session, local_date(clock.now()))

    async def _in_thread(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        async with self._one_at_a_time:
            return await asyncio.to_thread(lambda: asyncio.run(work()))

    async def _rehearse(
        self, began: RehearsalClock, snapshot: Snapshot, window: Window, change: Change
    ) -> Forecast:
        clock = RehearsalClock(began)
        async with copied(snapshot, clock) as db:
            async with db.transaction() as tx:
                await changes.make(tx, change)
            messages = await rehearse(db, clock, self._channels, window.end)
            async with db.reading() as session:
                book = await rulebook(session)
                told = await told_notices(session, snapshot.told)
        return Forecast(
            as_of=began.now(),
            window=window,
            rules_version=book.version,
            notices=sorted(
                (one for one in told.values() if window.holds(one.planned_at)),
                key=lambda one: (one.planned_at, one.recipient, one.task_id, one.id),
            ),
            messages=[one for one in messages if window.holds(one.leaves_at)],
        )
