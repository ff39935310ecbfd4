"""What one round of the engine decides: timelines on a clock that stands still."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.notify import handlers
from services.notify.domain import SUPERVISION_OFFICE, Reading, Verdict
from services.notify.models import ClockRow, InboxRow, NoticeRow
from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import read_rulebook, shipped_rules
from services.notify.service_notices import Decision
from shared.clock import end_of_day
from shared.database import Database
from shared.errors import NotFound
from shared.events.deadlines import NoticeIssued
from shared.events.supervision import CalendarRevised, TaskClosed
from shared.testing import FakeClock, events_of
from tests.notify.conftest import ON_BOTH, ON_POSTGRES, OpenDatabase
from tests.notify.made import (
    JUNE_30,
    adopt_shipped_rules,
    at,
    clock_started,
    decide_now,
    task_registered,
    tell,
    told,
)


class Timeline:
    """One service with one task, on a clock that a test moves."""

    def __init__(self, open_database: OpenDatabase, start: datetime) -> None:
        self.clock = FakeClock(start)
        self.db = open_database(self.clock)

    async def watch(self, due: date = JUNE_30, task_id: str = "t1") -> "Timeline":
        await adopt_shipped_rules(self.db)
        await tell(self.db, handlers.on_task_registered, task_registered(task_id))
        started = clock_started(task_id, due, recorded_at=self.clock.now())
        await tell(self.db, handlers.on_clock_started, started)
        return self

    async def at(self, instant: datetime, **changes: object) -> Sequence[Decision]:
        self.clock.instant = instant
        return await decide_now(self.db, **changes)

    async def rows(self) -> Sequence[NoticeRow]:
        async with self.db.reading() as session:
            return (await session.scalars(select(NoticeRow).order_by(NoticeRow.planned_at))).all()


@ON_BOTH
async def test_a_task_is_told_about_on_time_at_each_rung(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 5, 30))).watch()

    days = [date(2023, 5, 31), date(2023, 6, 21), date(2023, 6, 27), JUNE_30]
    seen = [told(await line.at(at(day))) for day in days]

    assert seen == [
        [("warned", -30, "u1")],
        [("warned", -7, "u1")],
        [("warned", -3, "u1")],
        [("due", 0, "u1")],
    ]
    assert not any(row.late for row in await line.rows())


async def test_nothing_is_told_a_second_early(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    early = await line.at(at(date(2023, 6, 21)) - timedelta(seconds=1))

    assert told(early) == []


async def test_an_overdue_task_is_told_about_again_and_again_and_the_office_hears_of_it(
    open_database: OpenDatabase,
) -> None:
    line = await Timeline(open_database, at(JUNE_30, 10)).watch()

    first = told(await line.at(at(date(2023, 7, 3))))
    second = told(await line.at(at(date(2023, 7, 7))))

    assert first == [("overdue", 1, "u1"), ("overdue", 1, SUPERVISION_OFFICE)]
    assert second == [("overdue", 5, "u1"), ("overdue", 5, SUPERVISION_OFFICE)]


async def test_rungs_before_the_recording_are_recorded_as_skipped_and_reach_nobody(
    open_database: OpenDatabase,
) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    await line.at(at(date(2023, 6, 20)))

    assert [(row.offset_days, row.verdict) for row in await line.rows()] == [
        (-30, Verdict.SKIPPED_BEFORE_RECORDED)
    ]
    assert await events_of(line.db, NoticeIssued) == []


@ON_BOTH
async def test_rungs_missed_while_the_service_was_down_go_out_late_once_each(
    open_database: OpenDatabase,
) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    missed = await line.at(at(date(2023, 6, 28)))
    again = await line.at(at(date(2023, 6, 28), 10))

    assert told(missed) == [("warned", -7, "u1"), ("warned", -3, "u1")]
    assert told(again) == []
    assert [row.late for row in await line.rows() if row.text] == [True, True]


async def test_a_notice_is_published_with_its_key_and_times(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    await line.at(at(date(2023, 6, 21), 9, 5))

    (event,) = await events_of(line.db, NoticeIssued)
    assert (event.task_id, event.clock, event.due_at) == ("t1", "finish", end_of_day(JUNE_30))
    assert (event.rung, event.offset_days, event.recipient) == ("warned", -7, "u1")
    assert (event.planned_at, event.decided_at) == (at(date(2023, 6, 21)), at(date(2023, 6, 21), 9, 5))
    assert event.late


async def test_a_notice_lies_in_the_inbox_of_its_recipient(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    await line.at(at(date(2023, 6, 21)))

    async with line.db.reading() as session:
        (entry,) = await session.scalars(select(InboxRow))
        notice = await session.get_one(NoticeRow, entry.notice_id)
    assert (entry.recipient, entry.arrived_at, entry.read_at) == ("u1", at(date(2023, 6, 21)), None)
    assert "《建设示范路》" in notice.text


async def test_nothing_is_decided_after_a_closing_was_consumed(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()
    closing = TaskClosed(task_id="t1", state="closed", closed_at=at(date(2023, 6, 26)))
    await tell(line.db, handlers.on_task_closed, closing, revision=2)

    assert told(await line.at(at(date(2023, 7, 31)))) == []


async def test_a_clock_that_was_stopped_but_is_still_listed_is_let_go(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()
    async with line.db.transaction() as tx:
        row = await tx.session.get_one(ClockRow, ("t1", "finish"))
        row.stopped_at = line.clock.now()

    await line.at(at(date(2023, 6, 28)))

    async with line.db.reading() as session:
        assert (await session.get_one(ClockRow, ("t1", "finish"))).next_at is None


async def test_an_extended_clock_is_told_about_under_its_new_date(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()
    await line.at(at(date(2023, 6, 21)))
    extended = clock_started(due=date(2023, 7, 20), recorded_at=line.clock.now())
    await tell(line.db, handlers.on_clock_started, extended, revision=2)

    later = [told(await line.at(at(day))) for day in (JUNE_30, date(2023, 7, 13))]

    assert later == [[], [("warned", -7, "u1")]]


@ON_BOTH
async def test_a_date_that_comes_back_does_not_repeat_what_was_told(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()
    await line.at(at(date(2023, 6, 21)))
    for revision, due in enumerate((date(2023, 7, 31), JUNE_30), 2):
        back = clock_started(due=due, recorded_at=at(date(2023, 6, 20)))
        await tell(line.db, handlers.on_clock_started, back, revision=revision)

    assert told(await line.at(at(date(2023, 6, 21), 9, 0))) == []
    assert told(await line.at(at(date(2023, 6, 27)))) == [("warned", -3, "u1")]


async def test_a_decision_is_held_while_supervision_is_not_read_and_comes_after(
    open_database: OpenDatabase,
) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    held = await line.at(at(date(2023, 6, 21)), reading=Reading.BEHIND)
    later = await line.at(at(date(2023, 6, 21)))

    assert told(held) == []
    assert told(later) == [("warned", -7, "u1")]


async def test_a_decision_that_gave_up_waiting_says_so(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()

    await line.at(at(date(2023, 6, 21)), reading=Reading.GIVEN_UP_WAITING)

    assert [row.behind for row in await line.rows() if row.text] == [True]


async def test_a_round_takes_so_many_clocks_and_the_next_one_the_others(open_database: OpenDatabase) -> None:
    line = Timeline(open_database, at(date(2023, 6, 20)))
    for number in range(5):
        await line.watch(task_id=f"t{number}")
    await line.at(at(date(2023, 6, 20)))

    counts = [len(told(await line.at(at(date(2023, 6, 21)), limit=2))) for _ in range(4)]

    assert counts == [2, 2, 1, 0]


async def test_a_clock_of_an_unknown_task_still_reaches_the_supervision_office(
    open_database: OpenDatabase,
) -> None:
    line = Timeline(open_database, at(JUNE_30, 8))
    await adopt_shipped_rules(line.db)
    await tell(line.db, handlers.on_clock_started, clock_started(recorded_at=line.clock.now()))

    assert told(await line.at(at(JUNE_30))) == [("due", 0, SUPERVISION_OFFICE)]


@ON_BOTH
async def test_a_revised_calendar_moves_rungs_of_its_year_and_never_the_date(
    open_database: OpenDatabase,
) -> None:
    line = await Timeline(open_database, at(date(2027, 1, 4))).watch(due=date(2027, 2, 10))
    await line.watch(due=date(2028, 6, 30), task_id="t2")
    await line.at(at(date(2027, 1, 12)))
    revised = CalendarRevised(year=2027, days_off=(date(2027, 2, 3),), complete=True)
    await tell(line.db, handlers.on_calendar_revised, revised)

    await line.at(at(date(2027, 1, 13)))

    async with line.db.reading() as session:
        clocks = {row.task_id: row for row in await session.scalars(select(ClockRow))}
    assert clocks["t1"].next_at == at(date(2027, 2, 2))
    assert clocks["t1"].due_at == end_of_day(date(2027, 2, 10))
    assert clocks["t2"].next_at == at(date(2028, 5, 31))


async def test_a_revised_calendar_leaves_clocks_of_other_years_alone(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()
    await line.at(at(date(2023, 6, 20)))

    await tell(line.db, handlers.on_calendar_revised, CalendarRevised(year=2027, complete=True))

    async with line.db.reading() as session:
        assert (await session.scalars(select(ClockRow.next_at))).all() == [at(date(2023, 6, 21))]


async def test_a_rung_that_new_rules_add_is_not_sent_for_the_past(open_database: OpenDatabase) -> None:
    line = await Timeline(open_database, at(date(2023, 6, 20))).watch()
    await line.at(at(date(2023, 6, 21)))
    text = shipped_rules().replace('{"days": -3,', '{"days": -5, "tell": ["lead"]}, {"days": -3,')
    line.clock.instant = at(date(2023, 6, 26))
    async with line.db.transaction() as tx:
        book = await adopt_shipped(tx, text)

    assert told(await line.at(at(date(2023, 6, 26)))) == []
    assert told(await line.at(at(date(2023, 6, 27)))) == [("warned", -3, "u1")]
    assert (book.version, len(read_rulebook(text).for_kind("action").before)) == (2, 4)


async def test_nothing_is_decided_without_rules(open_database: OpenDatabase) -> None:
    line = Timeline(open_database, at(JUNE_30))
    await tell(line.db, handlers.on_clock_started, clock_started())

    with pytest.raises(NotFound, match="提醒规则"):
        await line.at(at(JUNE_30))


@ON_POSTGRES
async def test_two_replicas_share_the_clocks_and_tell_each_notice_once(open_database: OpenDatabase) -> None:
    line = Timeline(open_database, at(date(2023, 6, 20)))
    for number in range(40):
        await line.watch(task_id=f"t{number}")
    other = open_database(line.clock)
    line.clock.instant = at(date(2023, 6, 21))

    async def replica(db: Database) -> int:
        return sum([len(told(await decide_now(db, limit=3))) for _ in range(20)])

    shares = await asyncio.gather(replica(line.db), replica(other))

    assert sum(shares) == len(await events_of(line.db, NoticeIssued)) == 40
    assert all(shares)
