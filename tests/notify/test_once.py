"""Whatever happens in between, the notices of a clock are exactly its planned ones, each once."""

import asyncio
import contextlib
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.notify import handlers
from services.notify.domain import Told
from services.notify.domain_recipients import plan, planned_until
from services.notify.models import InboxRow, NoticeRow
from services.notify.service_notices import decide_due
from shared.database import Database
from shared.events.deadlines import NoticeIssued
from shared.testing import FakeClock, events_of, sqlite_database
from shared.workdays import WorkCalendar
from tests.notify.made import (
    JUNE_30,
    adopt_shipped_rules,
    at,
    clock,
    clock_started,
    decide_now,
    round_at,
    rule,
    task_registered,
    tell,
)

START = at(date(2023, 5, 1))
DUES = (JUNE_30, date(2023, 6, 27), date(2023, 9, 30))
UNITS: tuple[Told, ...] = (("u1", "lead", False), ("u2", "cooperating", False))
# A life of the service: how many hours it is idle or down, and what happens then.
Life: TypeAlias = Sequence[tuple[int, str]]
LIVES = st.lists(
    st.tuples(
        st.integers(1, 24 * 21), st.sampled_from(["round", "killed in a round", "restart", "small round"])
    ),
    min_size=1,
    max_size=10,
)


class Killed(Exception):  # noqa: N818 - it is what happened.
    """The process ended between a decision and its commit."""


async def round_that_is_killed(db: Database) -> None:
    with contextlib.suppress(Killed):
        async with db.transaction() as tx:
            await decide_due(tx, round_at(db.clock.now()))
            raise Killed


async def live(folder: Path, life: Life) -> tuple[set[str], set[str], list[str]]:
    """Live a life and give the ids that were planned, decided and published."""
    time = FakeClock(START)
    db = sqlite_database("notify", folder, time)
    await adopt_shipped_rules(db)
    for number, due in enumerate(DUES):
        task = task_registered(f"t{number}", [("u1", "lead"), ("u2", "cooperating")])
        await tell(db, handlers.on_task_registered, task)
        await tell(db, handlers.on_clock_started, clock_started(f"t{number}", due, recorded_at=START))
    for hours, what in (*life, (0, "round")):
        time.advance(timedelta(hours=hours))
        if what == "killed in a round":
            await round_that_is_killed(db)
        if what == "restart":
            await db.close()
            db = sqlite_database("notify", folder, time)
        await decide_now(db, limit=1 if what == "small round" else 500)
    async with db.reading() as session:
        decided = set(await session.scalars(select(NoticeRow.id)))
        arrived = set(await session.scalars(select(InboxRow.notice_id)))
    published = [event.notice_id for event in await events_of(db, NoticeIssued)]
    await db.close()
    assert arrived == set(published)
    return planned(time), decided, published


def planned(time: FakeClock) -> set[str]:
    ids: set[str] = set()
    for number, due in enumerate(DUES):
        running = clock(due, known_from=START, task_id=f"t{number}")
        endless = plan(running, UNITS, rule(), WorkCalendar())
        ids |= {notice.id for notice in planned_until(endless, time.now())}
    return ids


@pytest.mark.slow
@settings(max_examples=10)
@given(life=LIVES)
def test_after_any_life_the_notices_are_the_planned_ones_each_once(life: Life) -> None:
    with tempfile.TemporaryDirectory() as folder:
        expected, decided, published = asyncio.run(live(Path(folder), life))

    assert decided == set(published) == expected
    assert len(published) == len(expected)
