"""The official days of a year arrive: running limits move with them; dates of documents and people don't."""

import json
from datetime import date, datetime

import pytest
import pytest_asyncio

from services.tasks.ledger.clocks import move_due
from services.tasks.ledger.commands import Report
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import FINISH, Move
from services.tasks.ledger.repository import hold
from services.tasks.ledger.views import show_task
from services.tasks.models import CalendarYearRow, ClockRow, TaskRow
from services.tasks.workdays.domain_formats import Listed, read_list
from services.tasks.workdays.service import ImportOutcome, import_year, try_import
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.errors import Invalid
from shared.events.supervision import CalendarRevised, ClockStarted
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller

NOW = at_local(date(2026, 12, 28), 9)
OFF = [date(2027, 1, day) for day in (1, 2, 3, 4)] + [date(2027, 5, 1), date(2027, 10, 1)]
LISTED = Listed(2027, dict.fromkeys(OFF, False) | {date(2027, 1, 9): True})
LATER = Listed(2027, dict.fromkeys(OFF, False))
# Fifteen working days from 28 December: with only New Year off, and by the list that has Monday off too.
PROVISIONAL, MOVED = end_of_day(date(2027, 1, 19)), end_of_day(date(2027, 1, 20))
LINES = "\n".join(f"{day},休" for day in OFF)


@pytest_asyncio.fixture
async def assigned(db: Database, clock: FakeClock) -> Database:
    """An instruction assigned on 28 December 2026: sign within a working day, finish within fifteen."""
    clock.instant = NOW
    await make.register(db, kind="instruction")
    await make.move(db, Move.ASSIGN)
    return db


async def take(db: Database, listed: Listed = LATER) -> ImportOutcome:
    async with db.transaction() as tx:
        return await import_year(tx, listed, make.act(at=tx.now))


async def due(db: Database) -> datetime:
    [due_at] = [row.due_at for row in await make.rows(db, ClockRow) if row.name == FINISH]
    assert isinstance(due_at, datetime)
    return due_at


async def test_a_limit_moves_when_the_calendar_of_its_year_arrives(assigned: Database) -> None:
    before = await due(assigned)
    outcome = await take(assigned)

    told = (await events_of(assigned, ClockStarted))[-1]
    assert (before, await due(assigned), told.due_at) == (PROVISIONAL, MOVED, MOVED)
    assert (outcome.became_official, [one.clock for one in outcome.clocks]) == (True, [FINISH])
    assert (await make.get(assigned)).due_at == MOVED
    assert (await make.rows(assigned, ClockRow))[0].original_due_at == MOVED  # Nobody was granted anything.


async def test_the_history_says_why_a_limit_moved(assigned: Database) -> None:
    await take(assigned)

    step = (await make.history(assigned))[-1]
    assert (step.move, step.reason[:6]) == ("calendar.recount", "工作日历调整")
    assert step.changes == {"due_at.finish": [PROVISIONAL.isoformat(), MOVED.isoformat()]}
    assert step.snapshot is not None


async def test_a_dry_run_says_the_same_and_does_nothing(assigned: Database) -> None:
    async with assigned.reading() as session:
        tried = await try_import(session, LATER, make.act(at=NOW))
    before, years = await due(assigned), await make.rows(assigned, CalendarYearRow)

    done = await take(assigned)

    assert (tried.clocks, tried.days, tried.confirmed) == (done.clocks, done.days, False)
    assert [(day.day, day.is_workday) for day in tried.days] == [(date(2027, 1, 4), False)]
    assert (before, years) == (PROVISIONAL, [])


async def test_a_calendar_that_agrees_with_what_was_computed_moves_nothing(assigned: Database) -> None:
    outcome = await take(assigned, LISTED)

    assert (outcome.clocks, await due(assigned)) == ([], PROVISIONAL)
    assert await take(assigned, LISTED) == ImportOutcome(
        2027, confirmed=True, became_official=False, days=[], clocks=[]
    )
    assert len(await events_of(assigned, CalendarRevised)) == 1


async def test_a_day_that_people_granted_stays(assigned: Database) -> None:
    granted = end_of_day(date(2027, 2, 10))
    async with assigned.transaction() as tx:
        move_due(
            await begin(tx, make.act(at=NOW)), await hold(tx.session, make.task_id("1")), FINISH, granted
        )

    assert (await take(assigned)).clocks == []
    assert await due(assigned) == granted


async def test_a_date_that_is_printed_or_set_never_moves(db: Database, clock: FakeClock) -> None:
    clock.instant = NOW
    await make.register(db, kind="instruction", deadline=date(2027, 1, 19))
    await make.move(db, Move.ASSIGN)

    assert (await take(db)).clocks == []
    assert await due(db) == PROVISIONAL


async def test_a_limit_that_is_over_stays_as_it_was(assigned: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2027, 1, 20), 8)

    assert (await take(assigned)).clocks == []


async def test_a_limit_is_never_moved_into_the_past(assigned: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2027, 1, 19), 8)
    earlier = Listed(2027, {**LISTED.days, date(2027, 1, 4): True, date(2027, 1, 16): True})

    assert (await take(assigned, earlier)).clocks == []


async def test_a_task_in_review_goes_on_by_the_new_day_without_a_word(assigned: Database) -> None:
    await make.walk(assigned, Move.ACCEPT, Move.PROGRESS)
    await make.move(assigned, Move.SUBMIT, report=Report(evidence=("回执",)))
    told = len(await events_of(assigned, ClockStarted))

    assert [one.clock for one in (await take(assigned)).clocks] == [FINISH]
    assert await due(assigned) == MOVED
    assert len(await events_of(assigned, ClockStarted)) == told


async def test_the_notice_of_a_year_may_set_days_of_the_december_before(assigned: Database) -> None:
    december = Listed(2027, {**LATER.days, date(2026, 12, 31): False, date(2026, 12, 30): True})

    outcome = await take(assigned, december)

    assert [day.day for day in outcome.days] == [date(2026, 12, 31), date(2027, 1, 4)]
    assert await due(assigned) == end_of_day(date(2027, 1, 21))
    assert [(row.year, row.complete) for row in await make.rows(assigned, CalendarYearRow)] == [
        (2026, False),
        (2027, True),
    ]
    assert (await take(assigned, december)).days == []


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (dict.fromkeys(OFF[:5], False), "calendar.incomplete"),
        ({**dict.fromkeys(OFF, False), date(2028, 1, 1): False}, "calendar.wrong_year"),
    ],
)
async def test_what_is_not_the_whole_of_its_year_is_refused(
    db: Database, days: dict[date, bool], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await take(db, Listed(2027, days))

    assert refused.value.code == code


HOLIDAY_CN = {"year": 2027, "days": [{"name": "节", "date": str(day), "isOffDay": True} for day in OFF]}


@pytest.mark.parametrize(
    "content",
    [
        LINES.encode(),
        f"﻿日期,类型\n{LINES}\n".encode(),
        f"date,kind\n\n{LINES.replace('-', '/')}".encode("gb18030"),
        json.dumps([{"date": str(day), "kind": "休"} for day in OFF]).encode(),
        json.dumps([f"{day:%Y%m%d},休" for day in OFF]).encode(),
        json.dumps(HOLIDAY_CN).encode(),
    ],
)
def test_the_formats_that_people_have_say_the_same(content: bytes) -> None:
    assert read_list(content) == LATER


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"{", "JSON"),
        (b"", "date,kind"),
        (b'{"days": 5}', "date,kind"),
        (b"date,kind\n", "表头"),
        (b"[7]", "第 1 条"),
        ("2027-02-30,休".encode(), "2027-02-30"),
        ("2027-01-01,？".encode(), "“？”"),
        ("2027-01-01,休\n2027-01-01,班".encode(), "第 2 条"),
    ],
)
def test_what_is_no_list_is_refused_with_its_place(content: bytes, named: str) -> None:
    with pytest.raises(Invalid, match=named) as refused:
        read_list(content)

    assert refused.value.code == "calendar.unreadable"


async def test_a_year_is_tried_and_imported_over_the_api(office: Caller) -> None:
    body = json.dumps(HOLIDAY_CN).encode()

    tried = (await office.post("/calendar/imports", content=body)).json()
    done = (await office.post("/calendar/imports", params={"confirm": True}, content=body)).json()
    year = (await office.get("/calendar/2027")).json()

    assert (tried["confirmed"], done["confirmed"]) == (False, True)
    assert tried["days"] == done["days"] == [{"day": "2027-01-04", "is_workday": False}]
    assert (year["provisional"], year["revision"], year["days_off"][0]) == (False, 1, "2027-01-01")


async def test_a_clock_is_shown_as_provisional_until_its_calendar_arrives(assigned: Database) -> None:
    before = await shown(assigned)
    await take(assigned)

    assert before == {"finish": True, "sign": False}
    assert await shown(assigned) == {"finish": False, "sign": False}


async def shown(db: Database) -> dict[str, bool]:
    async with db.reading() as session:
        task = await show_task(session, await session.get_one(TaskRow, make.task_id("1")))
    return {clock.name: clock.provisional for clock in task.clocks}


@pytest.mark.slow
async def test_prometheus_reads_how_far_ahead_days_are_official(whole: Caller) -> None:
    whole.clock.instant = at_local(date(2026, 11, 1))

    text = (await whole.client.get("/metrics")).text

    assert f"\nduban_calendar_official_ahead_seconds {61 * 86400:.4e}" in text
