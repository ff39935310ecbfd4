"""Whatever is killed in between: every notice leaves, and nobody gets two routine messages on one business day."""

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.notify import handlers, service_parcels
from services.notify.domain import Outcome, Result
from services.notify.models import DeliveryRow, InboxRow, ParcelRow
from services.notify.ports import Parcel
from services.notify.repository_notices import count_waiting
from shared.clock import local_date
from shared.database import Database
from shared.events.supervision import TaskClosed
from shared.testing import FakeClock, sqlite_database
from shared.workdays import ONE_DAY
from tests.notify.made import adopt_shipped_rules, at, clock_started, decide_now, task_registered, tell

START = at(date(2023, 5, 29))
DUES = (date(2023, 6, 30), date(2023, 6, 27), date(2023, 6, 30), date(2023, 7, 3))
MOST_DAYS = 40  # Until all that waited has left.
KILLS = ("killed before grouping", "killed after grouping", "killed after sending")
Life: TypeAlias = Sequence[tuple[int, str]]
LIVES = st.lists(
    st.tuples(st.integers(1, 24 * 9), st.sampled_from(["sent", "failed", "decided only", *KILLS])),
    min_size=1,
    max_size=10,
)


class Killed(Exception):  # noqa: N818 - it is what happened.
    """The process ended before a commit."""


class World:
    """A service, and the recipients' side: what really arrived."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(START)
        self.db: Database = sqlite_database("notify", folder, self.clock)
        self.arrived: list[tuple[date, Parcel]] = []

    async def begin(self) -> None:
        await adopt_shipped_rules(self.db)
        for number, due in enumerate(DUES):
            level = "urgent" if number == 2 else "normal"
            units = [("u1", "lead"), ("u2", "responsible")]
            task = task_registered(f"t{number}", units)  # type: ignore[arg-type]  # Roles.
            await tell(self.db, handlers.on_task_registered, task.model_copy(update={"level": level}))
            await tell(
                self.db, handlers.on_clock_started, clock_started(f"t{number}", due, recorded_at=START)
            )

    async def step(self, what: str) -> None:
        await decide_now(self.db)
        if what == "decided only":
            return
        if what == "killed before grouping":
            await self._killed_in_a_transaction()
            return
        async with self.db.transaction() as tx:
            parcels = await service_parcels.begin_sending(tx, real_now=tx.now)
        if what == "killed after grouping":
            return
        result = Result.FAILED if what == "failed" else Result.SENT
        if result is Result.SENT:
            self.arrived += [(local_date(self.clock.now()), parcel) for parcel in parcels]
        if what != "killed after sending":
            async with self.db.transaction() as tx:
                done = [(parcel, Outcome(result)) for parcel in parcels]
                await service_parcels.end_sending(tx, done, real_now=tx.now)

    async def _killed_in_a_transaction(self) -> None:
        with contextlib.suppress(Killed):
            async with self.db.transaction() as tx:
                await service_parcels.begin_sending(tx, real_now=tx.now)
                raise Killed

    async def come_to_rest(self) -> None:
        """Close the tasks, and let the sender work until nothing waits: what was put off has its working day."""
        await decide_now(self.db)
        for number in range(len(DUES)):
            closed = TaskClosed(task_id=f"t{number}", state="closed", closed_at=self.clock.now())
            await tell(self.db, handlers.on_task_closed, closed)
        for _ in range(MOST_DAYS):
            self.clock.instant = at(local_date(self.clock.now()) + ONE_DAY, 10)
            await self.step("sent")
            if not await self._waits():
                return

    async def _waits(self) -> int:
        async with self.db.reading() as session:
            return sum((await count_waiting(session)).values())


async def live(folder: Path, life: Life) -> World:
    world = World(folder)
    await world.begin()
    for hours, what in life:
        world.clock.advance(timedelta(hours=hours))
        await world.step(what)
    await world.come_to_rest()
    return world


async def look_at(world: World) -> tuple[set[str], set[str], Counter[tuple[str, date]]]:
    """Give the notices told, those that a parcel holds, and the routine parcels of each person and day."""
    async with world.db.reading() as session:
        told = set(await session.scalars(select(InboxRow.notice_id)))
        given_up = DeliveryRow.parcel_id.is_not(None)
        packed = set(await session.scalars(select(DeliveryRow.notice_id).where(given_up)))
        routine = await session.scalars(select(ParcelRow).where(~ParcelRow.urgent))
        days = Counter((row.recipient, row.day) for row in routine)
    await world.db.close()
    return told, packed, days


def arrivals(world: World) -> Counter[tuple[str, date]]:
    return Counter((parcel.recipient, day) for day, parcel in world.arrived if not parcel.urgent)


@pytest.mark.slow
@settings(max_examples=20)
@given(life=LIVES)
def test_after_any_life_every_notice_left_and_nobody_had_two_routine_messages_on_a_day(life: Life) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(live(Path(folder), life))
        told, packed, days = asyncio.run(look_at(world))

    assert told == packed
    assert {*days.values(), *arrivals(world).values()} <= {1}
    by_notice = {(one.notice_id, parcel.id) for _, parcel in world.arrived for one in parcel.letters}
    assert len({notice for notice, _ in by_notice}) == len(by_notice)
