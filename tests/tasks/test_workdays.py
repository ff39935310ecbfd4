"""What people say of working days wins, is told once, and shows in the year."""

from datetime import date

import pytest

from services.tasks.models import CalendarDayRow
from services.tasks.workdays import repository
from services.tasks.workdays.domain import YearRevision, check_year, revise, view
from services.tasks.workdays.service import revise_calendar
from shared.database import Database
from shared.errors import Invalid
from shared.events.supervision import CalendarRevised
from shared.testing import events_of, published
from shared.workdays import WorkCalendar
from tests.tasks import factories as make

SATURDAY, MONDAY = date(2027, 2, 6), date(2027, 2, 8)


async def say(db: Database, said: YearRevision) -> None:
    async with db.transaction() as tx:
        await revise_calendar(tx, said, make.act())


async def test_a_revised_year_is_counted_with_and_told(db: Database) -> None:
    await say(db, revise(2027, [SATURDAY], [MONDAY], complete=True))

    async with db.reading() as session:
        calendar = await repository.read_calendar(session)
    [told] = await events_of(db, CalendarRevised)
    assert (calendar.is_workday(SATURDAY), calendar.is_workday(MONDAY)) == (True, False)
    assert (told.year, told.workdays, told.days_off, told.complete) == (2027, (SATURDAY,), (MONDAY,), True)


async def test_saying_the_same_twice_tells_it_once(db: Database) -> None:
    said = revise(2027, [SATURDAY], [], complete=False)
    await say(db, said)
    await say(db, said)

    assert len(await events_of(db, CalendarRevised)) == 1


async def test_saying_something_else_replaces_what_was_said(db: Database) -> None:
    await say(db, revise(2027, [SATURDAY], [MONDAY], complete=True))
    await say(db, revise(2027, [], [MONDAY], complete=True))

    assert [row.day for row in await make.rows(db, CalendarDayRow)] == [MONDAY]
    assert [one.revision for one in await published(db)] == [1, 2]


def test_the_dragon_boat_festival_of_2023_shows_its_days_off_and_its_make_up_day() -> None:
    seen = view(WorkCalendar(), 2023)

    assert {date(2023, 6, 22), date(2023, 6, 23)} < set(seen.days_off)
    assert (date(2023, 6, 25) in seen.workdays, seen.provisional) == (True, False)


def test_a_year_without_an_official_calendar_is_provisional_until_people_complete_it() -> None:
    complete = WorkCalendar({}, frozenset({2030}))

    assert (view(WorkCalendar(), 2030).provisional, view(complete, 2030).provisional) == (True, False)


@pytest.mark.parametrize(
    ("workdays", "days_off", "code"),
    [([date(2026, 1, 1)], [], "calendar.wrong_year"), ([MONDAY], [MONDAY], "calendar.contradiction")],
)
def test_what_cannot_be_is_refused(workdays: list[date], days_off: list[date], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        revise(2027, workdays, days_off, complete=False)

    assert refused.value.code == code


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_out_of_range_is_refused(year: int) -> None:
    with pytest.raises(Invalid, match="2000–2100"):
        check_year(year)
