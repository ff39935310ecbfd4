"""Working days: official where known, revised by operators, computed and marked beyond."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import WorkCalendar

DRAGON_BOAT_EVE, DRAGON_BOAT, MAKE_UP_SUNDAY = date(2023, 6, 21), date(2023, 6, 22), date(2023, 6, 25)
FAR_AWAY = date(2031, 3, 5)
CALENDAR = WorkCalendar()


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


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
def test_a_limit_always_ends_on_a_working_day_and_never_fails(start: date, count: int) -> None:
    end = CALENDAR.add_workdays(start, count)

    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == count
