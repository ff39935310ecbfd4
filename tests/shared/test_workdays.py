"""Working days: official where known, revised by operators, computed and marked beyond."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import WorkCalendar

DRAGON_BOAT_EVE, DRAGON_BOAT, MAKE_UP_SUNDAY = date(2023, 6, 21), date(2023, 6, 22), date(2023, 6, 25)
FAR_AWAY = date(2031, 3, 5)
CALENDAR = WorkCalendar()
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
# Odd calendars: any days of 2027 and 2028 turned around by people.
CALENDARS = st.dictionaries(st.dates(date(2027, 1, 1), date(2028, 12, 31)), st.booleans(), max_size=40).map(
    WorkCalendar
)


def test_a_public_holiday_is_no_working_day() -> None:
    assert not CALENDAR.is_workday(DRAGON_BOAT)


def test_a_make_up_sunday_is_a_working_day() -> None:
    assert CALENDAR.is_workday(MAKE_UP_SUNDAY)


def test_a_day_off_moves_back_to_the_working_day_before() -> None:
    assert CALENDAR.same_or_previous(date(2023, 6, 24)) == DRAGON_BOAT_EVE
    assert CALENDAR.same_or_previous(MAKE_UP_SUNDAY) == MAKE_UP_SUNDAY


def test_a_day_off_moves_on_to_the_next_working_day() -> None:
    assert CALENDAR.same_or_next(DRAGON_BOAT) == MAKE_UP_SUNDAY


def test_the_first_day_of_a_limit_is_not_counted() -> None:
    saturday = date(2026, 11, 21)

    assert CALENDAR.add_workdays(saturday, 5) == date(2026, 11, 27)


def test_working_days_between_leave_out_the_first_and_count_the_last() -> None:
    assert CALENDAR.workdays_between(date(2023, 6, 20), date(2023, 6, 26)) == 3
    assert CALENDAR.workdays_between(date(2023, 6, 26), date(2023, 6, 20)) == 0


def test_a_limit_beyond_the_official_calendar_is_computed_and_marked() -> None:
    end = CALENDAR.add_workdays(date(2026, 12, 25), 10)

    assert CALENDAR.is_provisional(end)
    assert not CALENDAR.is_workday(date(2031, 10, 1))


def test_a_day_that_operators_set_wins_and_is_not_provisional() -> None:
    calendar = WorkCalendar({FAR_AWAY: False})

    assert not calendar.is_workday(FAR_AWAY)
    assert not calendar.is_provisional(FAR_AWAY)


def test_no_day_of_an_imported_year_is_provisional() -> None:
    calendar = WorkCalendar(revised_years=frozenset({2031}))

    assert not calendar.is_provisional(FAR_AWAY)


def test_official_years_end_where_neither_library_nor_people_know_the_next() -> None:
    imported = WorkCalendar(revised_years=frozenset({2027, 2029}))

    assert (CALENDAR.is_official(2026), CALENDAR.is_official(2027)) == (True, False)
    assert CALENDAR.official_until(date(2023, 6, 20)) == date(2027, 1, 1)
    assert imported.official_until(date(2023, 6, 20)) == date(2028, 1, 1)
    assert imported.official_until(date(2028, 3, 1)) == date(2028, 3, 1)


@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_published_day_is_that_of_the_official_calendar(year: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]

    assert [day for day in days if CALENDAR.is_workday(day) is not chinese_calendar.is_workday(day)] == []
    assert not any(CALENDAR.is_provisional(day) for day in days)


@pytest.mark.parametrize("month", range(1, 13))
def test_no_day_of_2027_raises(month: int) -> None:
    day = date(2027, month, 15)

    end = CALENDAR.add_workdays(day, 20)

    assert CALENDAR.workdays_between(day, end) == 20
    assert CALENDAR.same_or_previous(day) <= day <= CALENDAR.same_or_next(day)


@given(DAYS, st.integers(1, 30))
def test_a_limit_always_ends_on_a_working_day_and_never_fails(start: date, count: int) -> None:
    end = CALENDAR.add_workdays(start, count)

    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == count


@given(CALENDARS, st.dates(date(2026, 12, 1), date(2028, 12, 1)), st.integers(1, 25))
def test_adding_and_counting_are_inverse_on_any_calendar(
    calendar: WorkCalendar, start: date, count: int
) -> None:
    end = calendar.add_workdays(start, count)

    assert calendar.is_workday(end)
    assert calendar.workdays_between(start, end) == count
    assert calendar.workdays_between(start, end - timedelta(days=1)) == count - 1


@given(CALENDARS, st.dates(date(2026, 12, 1), date(2028, 12, 1)), st.integers(0, 12), st.integers(0, 12))
def test_limits_add_up_and_a_longer_or_later_one_never_ends_earlier(
    calendar: WorkCalendar, start: date, first: int, second: int
) -> None:
    reached = calendar.add_workdays(start, first)

    assert calendar.add_workdays(reached, second) == calendar.add_workdays(start, first + second)
    assert calendar.add_workdays(start + timedelta(days=1), first) >= reached >= start


@given(CALENDARS, st.dates(date(2026, 12, 1), date(2028, 12, 1)))
def test_moving_off_a_day_off_ends_on_the_nearest_working_day_and_stays_there(
    calendar: WorkCalendar, day: date
) -> None:
    before, after = calendar.same_or_previous(day), calendar.same_or_next(day)

    assert before <= day <= after
    assert calendar.workdays_between(before, after) == (0 if before == after else 1)
    assert (calendar.same_or_previous(before), calendar.same_or_next(after)) == (before, after)
