"""A limit in days does not count its first day and never ends on a day off; hours count from the minute."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.ledger.domain_limits import Limit, Span
from shared.clock import at_local, end_of_day, local_date
from shared.workdays import ONE_DAY, WorkCalendar

CALENDAR = WorkCalendar()


def due(amount: int, span: Span, start: datetime) -> datetime:
    return Limit(amount, span).due_after(start, CALENDAR)


@pytest.mark.parametrize("hours", [1, 24, 72])
def test_hours_count_from_the_minute_over_days_off(hours: int) -> None:
    start = at_local(date(2023, 6, 22), 17, 30)  # 端午节.

    assert due(hours, Span.HOURS, start) == start + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("amount", "start", "last"),
    [
        (1, date(2023, 6, 19), date(2023, 6, 20)),
        (2, date(2023, 6, 20), date(2023, 6, 25)),  # The 22nd to 24th are off; Sunday the 25th is made up.
        (5, date(2023, 9, 27), date(2023, 10, 10)),  # Over the National Day holiday, with two make-up days.
    ],
)
def test_working_days_leave_out_holidays_and_count_make_up_days(amount: int, start: date, last: date) -> None:
    assert due(amount, Span.WORKDAYS, at_local(start, 23, 59)) == end_of_day(last)


@pytest.mark.parametrize(
    ("amount", "start", "last"),
    [
        (3, date(2023, 6, 5), date(2023, 6, 8)),
        (3, date(2023, 6, 20), date(2023, 6, 25)),  # The 23rd is off, the 24th too.
        (60, date(2023, 5, 1), date(2023, 6, 30)),
    ],
)
def test_days_are_those_of_the_calendar_and_move_on_from_a_day_off(
    amount: int, start: date, last: date
) -> None:
    assert due(amount, Span.DAYS, at_local(start, 9)) == end_of_day(last)


@pytest.mark.parametrize(
    ("amount", "start", "last"),
    [
        (1, date(2023, 6, 20), date(2023, 7, 20)),
        (1, date(2023, 1, 31), date(2023, 2, 28)),
        (1, date(2024, 1, 31), date(2024, 2, 29)),
        (2, date(2023, 11, 15), date(2024, 1, 15)),
        (1, date(2023, 12, 29), date(2024, 1, 29)),
        (12, date(2024, 2, 29), date(2025, 2, 28)),
        (3, date(2023, 3, 22), date(2023, 6, 25)),  # Moves on from 端午节.
    ],
)
def test_months_end_on_the_same_day_or_the_last_one(amount: int, start: date, last: date) -> None:
    assert due(amount, Span.MONTHS, at_local(start, 9)) == end_of_day(last)


def test_the_first_day_is_that_of_shanghai() -> None:
    late_evening_in_utc = at_local(date(2023, 6, 6), 1)  # Still 5 June in UTC.

    assert due(1, Span.WORKDAYS, late_evening_in_utc) == end_of_day(date(2023, 6, 7))


@pytest.mark.parametrize(
    ("limit", "due_at", "longer"),
    [
        (Limit(24, Span.HOURS), at_local(date(2023, 6, 21), 8), at_local(date(2023, 6, 28), 9)),
        # The 20th, 21st, 25th (a Sunday that is worked) and 26th lie in the pause.
        (Limit(5, Span.WORKDAYS), end_of_day(date(2023, 6, 28)), end_of_day(date(2023, 7, 4))),
        # Seven days on from the 25th are the 2nd of July, a Sunday.
        (Limit(9, Span.DAYS), end_of_day(date(2023, 6, 25)), end_of_day(date(2023, 7, 3))),
        (Limit(1, Span.MONTHS), end_of_day(date(2023, 6, 26)), end_of_day(date(2023, 7, 3))),
    ],
)
def test_a_pause_lengthens_a_limit_in_its_own_unit(limit: Limit, due_at: datetime, longer: datetime) -> None:
    begun, ended = at_local(date(2023, 6, 19), 9), at_local(date(2023, 6, 26), 10)

    assert limit.after_pause(due_at, begun, ended, CALENDAR) == longer


@given(
    amount=st.integers(1, 30),
    start=st.dates(date(2023, 1, 1), date(2023, 10, 1)),
    run=st.integers(0, 10),
    away=st.integers(0, 40),
)
def test_as_many_working_days_are_left_after_a_pause_as_before(
    amount: int, start: date, run: int, away: int
) -> None:
    due_at = Limit(amount, Span.WORKDAYS).due_after(at_local(start, 9), CALENDAR)
    begun = min(start + ONE_DAY * run, local_date(due_at))
    ended = begun + ONE_DAY * away

    longer = Limit(amount, Span.WORKDAYS).after_pause(
        due_at, at_local(begun, 9), at_local(ended, 9), CALENDAR
    )

    left = CALENDAR.workdays_between(begun, local_date(due_at))
    assert CALENDAR.workdays_between(ended, local_date(longer)) == left
