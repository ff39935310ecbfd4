"""A summary is compiled once for its period: at its time, or late after a time when nothing ran, and says so."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from services.metrics.models import FeedSummaryRow
from services.metrics.summaries.compiling import LONGEST_WAIT, STANDBY, UNREAD_WAIT, Compiler, compile_now
from services.metrics.summaries.domain_due import read_period, read_plan
from services.metrics.summaries.repository import list_summaries
from services.metrics.summaries.service import BY_SCHEDULE, agenda, keep, sum_up, switch_kind
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict
from shared.events.envelope import Feed
from shared.events.feed_summaries import FeedSummaryCompiled
from shared.paging import Asked
from shared.testing import FakeClock, events_of
from tests.metrics import factories as make
from tests.metrics.rates import made
from tests.metrics.rates.test_orders import received

MONDAY = date(2023, 6, 5)  # The day of 12345周分析, and the third working day of June.


class Reader:
    """Stands for the bus: what it has read is what a test says, by default everything."""

    def __init__(self, clock: FakeClock, read: datetime | None = None, *, active: bool = True) -> None:
        self.clock, self.read, self.active = clock, read, active

    def is_active(self) -> bool:
        return self.active

    def caught_up_at(self, _feed: Feed) -> datetime | None:
        return self.read or self.clock.now()


def clock_of(db: Database) -> FakeClock:
    assert isinstance(db.clock, FakeClock)
    return db.clock


async def begin(db: Database, at: datetime) -> FakeClock:
    """Tell of one order on 31 May, and let it be `at`."""
    await made.tell(
        db, received(received_at=at_local(date(2023, 5, 31), 12)), time=at_local(date(2023, 5, 31), 12)
    )
    clock = clock_of(db)
    clock.instant = at
    return clock


async def rows(db: Database) -> Sequence[FeedSummaryRow]:
    async with db.reading() as session:
        return (await list_summaries(session, "", "", Asked())).items


async def test_the_day_before_is_summed_up_at_half_past_eight(db: Database) -> None:
    clock = await begin(db, at_local(date(2023, 6, 1), 8, 29))
    compiler = Compiler(db, Reader(clock))

    wait = await compiler.step()
    assert (wait, await rows(db)) == (60.0, [])

    clock.advance(timedelta(minutes=1))
    await compiler.step()

    [summary] = await events_of(db, FeedSummaryCompiled)
    assert (summary.summary_id, summary.version) == ("hotline_daily-2023-05-31-1", 1)
    assert (summary.as_of, summary.late, summary.behind) == (at_local(date(2023, 6, 1), 8, 30), False, False)
    assert summary.hotline is not None
    assert summary.hotline.received == 1


async def test_what_was_missed_is_made_up_for_as_of_its_own_time_and_says_that_it_is_late(
    db: Database,
) -> None:
    clock = await begin(db, at_local(date(2023, 6, 6), 9, 10))

    for _ in range(2):
        await Compiler(db, Reader(clock)).step()

    found = await events_of(db, FeedSummaryCompiled)
    days = [one.period for one in found if one.kind == "hotline_daily"]
    assert days == ["2023-05-31", "2023-06-01", "2023-06-02", "2023-06-03", "2023-06-04", "2023-06-05"]
    others = {one.summary_id: one.late for one in found if one.kind != "hotline_daily"}
    assert others == {"hotline_weekly-2023-W22-1": True, "hotline_monthly-2023-05-1": True}
    first = found[0]
    assert (first.as_of, first.compiled_at, first.late) == (
        at_local(date(2023, 6, 1), 8, 30),
        clock.instant,
        True,
    )


async def test_a_month_is_summed_up_on_the_third_working_day_of_the_next(db: Database) -> None:
    clock = await begin(db, at_local(date(2023, 6, 5), 9))
    compiler = Compiler(db, Reader(clock))

    await compiler.step()

    found = [
        one.summary_id for one in await events_of(db, FeedSummaryCompiled) if one.kind == "hotline_monthly"
    ]
    assert found == ["hotline_monthly-2023-05-1"]


async def test_two_replicas_at_once_compile_one(db: Database) -> None:
    clock = await begin(db, at_local(date(2023, 6, 1), 8, 30))

    await asyncio.gather(*(Compiler(db, Reader(clock)).step() for _ in range(3)))

    assert [row.id for row in await rows(db)] == ["hotline_daily-2023-05-31-1"]
    assert len(await events_of(db, FeedSummaryCompiled)) == 1


async def test_a_standby_compiles_nothing(file_db: Database) -> None:
    clock = await begin(file_db, at_local(date(2023, 6, 1), 8, 30))

    assert await Compiler(file_db, Reader(clock, active=False)).step() == STANDBY
    assert await rows(file_db) == []


async def test_it_waits_until_the_feeds_were_read_and_goes_on_without_after_ten_minutes(
    file_db: Database,
) -> None:
    clock = await begin(file_db, at_local(date(2023, 6, 1), 8, 30))
    compiler = Compiler(file_db, Reader(clock, read=at_local(date(2023, 6, 1), 8)))

    assert await compiler.step() == UNREAD_WAIT
    clock.advance(timedelta(minutes=10))
    assert await compiler.step() == LONGEST_WAIT

    [summary] = await events_of(file_db, FeedSummaryCompiled)
    assert (summary.behind, summary.late) == (True, False)


async def test_a_feed_that_never_told_anything_is_not_summed_up(file_db: Database) -> None:
    clock = clock_of(file_db)
    await Compiler(file_db, Reader(clock)).step()

    assert await rows(file_db) == []


async def test_ratings_are_summed_up_by_month(file_db: Database) -> None:
    at = at_local(date(2023, 5, 31), 12)
    await made.tell(file_db, make.rating(1, rated_at=at), time=at)
    clock = clock_of(file_db)
    clock.instant = at_local(date(2023, 6, 5), 9)

    await Compiler(file_db, Reader(clock)).step()

    assert [row.id for row in await rows(file_db)] == ["ratings_monthly-2023-05-1"]


async def test_a_kind_that_is_switched_off_is_not_compiled(file_db: Database) -> None:
    clock = await begin(file_db, at_local(date(2023, 6, 1), 8, 30))
    async with file_db.transaction() as tx:
        await switch_kind(tx, "hotline_daily", "office", active=False)

    await Compiler(file_db, Reader(clock)).step()

    assert await rows(file_db) == []


async def test_a_person_gets_a_later_version_as_of_now_with_what_came_since(db: Database) -> None:
    clock = await begin(db, at_local(date(2023, 6, 1), 8, 30))
    await Compiler(db, Reader(clock)).step()
    clock.advance(timedelta(hours=3))
    late = received("o2", received_at=at_local(date(2023, 5, 31), 13))
    await made.tell(db, late, time=clock.instant, first=9)
    plan = read_plan("hotline_daily")

    await compile_now(db, plan, read_period(plan, "2023-05-31", MONDAY), "office")

    _, summary = await events_of(db, FeedSummaryCompiled)
    assert (summary.summary_id, summary.version) == ("hotline_daily-2023-05-31-2", 2)
    assert (summary.as_of, summary.late) == (clock.instant, False)
    assert summary.hotline is not None
    assert summary.hotline.received == 2


async def test_two_people_at_once_get_two_versions_or_a_word(db: Database) -> None:
    await begin(db, at_local(date(2023, 6, 1), 9))
    plan = read_plan("hotline_daily")
    span = read_period(plan, "2023-05-31", MONDAY)

    found = await asyncio.gather(
        *(compile_now(db, plan, span, "office") for _ in range(2)), return_exceptions=True
    )

    versions = sorted(one.version for one in found if isinstance(one, FeedSummaryRow))
    assert versions == list(range(1, len(versions) + 1))
    assert all(isinstance(one, FeedSummaryRow | Conflict) for one in found)


@pytest.mark.parametrize(("seconds", "late"), [(60, False), (61, True)])
async def test_a_drill_that_runs_fast_is_not_late_within_a_real_minute(
    file_db: Database, seconds: int, *, late: bool
) -> None:
    clock = await begin(file_db, at_local(date(2023, 6, 1), 12))
    [owed] = (await file_db.look(lambda connection: agenda(connection, clock.instant))).owed
    summary = await file_db.look(lambda connection: sum_up(connection, owed, owed.due_at))

    async with file_db.transaction() as tx:
        row = await keep(tx, summary, BY_SCHEDULE, real_wait=timedelta(seconds=seconds))

    assert row is not None
    assert row.late is late
