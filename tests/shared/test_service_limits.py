"""The limits of services: what was promised, days off, pauses."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import at_local, end_of_day, local_date
from shared.service_limits import Basis, Pause, Promise, ServiceDue, Unit, service_due
from shared.workdays import WorkCalendar

CALENDAR = WorkCalendar()
MONDAY = at_local(date(2023, 6, 12), 10)  # The Dragon Boat holiday is 06-22 to 06-24; Sunday 06-25 is worked.
UNITS: tuple[Unit, ...] = ("days", "workdays", "months", "years")


def june(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return at_local(date(2023, 6, day), hour, minute)


def due(promise: Promise, *pauses: Pause, accepted_at: datetime = MONDAY) -> ServiceDue:
    return service_due(accepted_at, promise, pauses, CALENDAR)


def last_day(promise: Promise, *pauses: Pause, accepted_at: datetime = MONDAY) -> date | None:
    found = due(promise, *pauses, accepted_at=accepted_at).due_at
    assert found is None or found == end_of_day(local_date(found))
    return local_date(found) if found else None


def workdays(amount: int) -> Promise:
    return Promise("promised", amount, "workdays")


FIVE = workdays(5)  # To Monday 06-19.


@pytest.mark.parametrize(
    ("promise", "day"),
    [
        (FIVE, date(2023, 6, 19)),
        (workdays(10), date(2023, 6, 27)),
        (Promise("promised", 3, "days"), date(2023, 6, 15)),
        (Promise("promised", 5, "days"), date(2023, 6, 19)),  # The 17th is a Saturday.
        (Promise("promised", 12, "days"), date(2023, 6, 25)),  # From the holiday to the make-up Sunday.
        (Promise("promised", 1, "months"), date(2023, 7, 12)),
        (Promise("promised", 1, "years"), date(2024, 6, 12)),
        (Promise("promised", 0, "workdays"), date(2023, 6, 12)),
        (Promise("instant"), date(2023, 6, 12)),
        (Promise("instant", 1, "workdays"), date(2023, 6, 13)),
        (Promise("promised", due_on=date(2023, 6, 24)), date(2023, 6, 24)),  # Stated: it does not move.
        (Promise("promised", 5, "workdays", date(2023, 6, 16)), date(2023, 6, 16)),
    ],
)
def test_the_first_day_does_not_count_and_a_day_off_moves_on(promise: Promise, day: date) -> None:
    assert last_day(promise) == day


def test_a_month_without_such_a_day_ends_on_its_last() -> None:
    promise = Promise("promised", 1, "months")

    assert last_day(promise, accepted_at=at_local(date(2024, 1, 31), 9)) == date(2024, 2, 29)


def test_a_service_taken_on_at_once_on_a_day_off_is_due_on_the_next_working_day() -> None:
    assert last_day(Promise("instant"), accepted_at=june(17, 23)) == date(2023, 6, 19)


def test_the_day_of_acceptance_is_that_of_shanghai() -> None:
    assert last_day(Promise("instant"), accepted_at=june(13, 0, 30)) == date(2023, 6, 13)


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        (june(13, 9), june(13, 17), date(2023, 6, 19)),  # Over before its day is.
        (june(13, 9), june(14, 9), date(2023, 6, 20)),
        (june(13, 9), june(14), date(2023, 6, 20)),  # Until midnight: the 13th was lost, the 14th is whole.
        (june(17, 9), june(18, 9), date(2023, 6, 19)),  # A Saturday is no working day to lose.
        (june(19, 10), june(20, 10), date(2023, 6, 20)),  # On the last day itself: the day after is whole.
        (june(16, 9), june(20, 10), date(2023, 6, 21)),
        (june(20), june(26, 9), date(2023, 6, 19)),  # After the due instant.
        (june(15), june(14), date(2023, 6, 19)),  # An end before its start is no pause.
    ],
)
def test_a_day_that_ends_in_a_pause_does_not_count(start: datetime, end: datetime, day: date) -> None:
    assert last_day(FIVE, Pause(start, end)) == day


def test_natural_days_are_lost_on_days_off_too_and_the_end_moves_on_from_a_holiday() -> None:
    pause = Pause(june(14, 9), june(19, 9))  # Five of them; 06-20 and five are 06-25, which is worked.

    assert last_day(Promise("promised", 8, "days"), pause) == date(2023, 6, 25)
    assert last_day(Promise("promised", 7, "days"), pause) == date(2023, 6, 25)


def test_a_stated_day_moves_by_the_days_that_were_lost_and_then_from_a_day_off() -> None:
    pause = Pause(june(14, 9), june(15, 9))

    assert last_day(Promise("promised", due_on=date(2023, 6, 21)), pause) == date(2023, 6, 25)
    assert last_day(Promise("promised", 7, "workdays", date(2023, 6, 21)), pause) == date(2023, 6, 25)


@pytest.mark.parametrize("promise", [FIVE, Promise("instant"), Promise("promised", due_on=date(2023, 6, 18))])
def test_a_pause_that_goes_on_leaves_no_due_instant(promise: Promise) -> None:
    assert due(promise, Pause(MONDAY)) == ServiceDue(
        None, provisional=False, basis=Basis.PAUSED, unpaused_on=last_day(promise)
    )


def test_a_pause_that_goes_on_since_after_the_limit_passed_does_not_undo_that() -> None:
    assert last_day(FIVE, Pause(june(20, 9))) == date(2023, 6, 19)


@pytest.mark.parametrize(
    ("promise", "basis"),
    [
        (Promise("promised"), Basis.UNSTATED),
        (Promise("promised", 5), Basis.UNSTATED),
        (Promise("promised", due_on=date(9999, 12, 31)), Basis.OUT_OF_RANGE),
        (Promise("promised", 1_000_000_000, "workdays"), Basis.OUT_OF_RANGE),
        (Promise("promised", 1_000, "years"), Basis.OUT_OF_RANGE),
    ],
)
def test_what_nobody_promised_has_no_due_instant(promise: Promise, basis: Basis) -> None:
    assert due(promise, Pause(MONDAY)) == ServiceDue(None, provisional=False, basis=basis)


def test_dates_that_stand_for_no_date_raise_nothing() -> None:
    never = datetime(9999, 12, 31, 15, tzinfo=MONDAY.tzinfo)

    assert due(FIVE, accepted_at=never).basis is Basis.OUT_OF_RANGE
    assert due(FIVE, Pause(MONDAY, never)).basis is Basis.PAUSED


def test_a_limit_into_a_year_without_a_calendar_is_provisional_but_a_stated_day_is_not() -> None:
    accepted_at = at_local(date(2026, 12, 25), 10)

    assert due(workdays(10), accepted_at=accepted_at).provisional
    assert not due(workdays(1), accepted_at=accepted_at).provisional
    assert not due(Promise("promised", due_on=date(2031, 1, 5)), accepted_at=accepted_at).provisional


MINUTES = st.integers(0, 60 * 24 * 40).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
# Some of them at the ends of days, where counting may go wrong.
MIDNIGHTS = st.integers(13, 30).map(june) | st.integers(13, 30).map(
    lambda day: june(day) - timedelta(seconds=1)
)
INSTANTS = MINUTES | MIDNIGHTS
PROMISES = st.one_of(
    st.builds(Promise, st.just("promised"), st.integers(0, 25), st.sampled_from(UNITS[:3])),
    st.builds(
        Promise,
        st.just("promised"),
        st.none() | st.integers(0, 25),
        st.sampled_from(UNITS),
        st.dates(date(2023, 6, 10), date(2023, 7, 10)),
    ),
    st.just(Promise("instant")),
)
PAUSES = st.lists(st.builds(Pause, INSTANTS, INSTANTS | st.none()), max_size=4)
FOR_EVER = datetime.max.replace(tzinfo=MONDAY.tzinfo)


def due_at(promise: Promise, *pauses: Pause) -> datetime:
    return due(promise, *pauses).due_at or FOR_EVER


@given(PROMISES, PAUSES, st.builds(Pause, INSTANTS, INSTANTS | st.none()))
def test_one_more_pause_never_makes_a_service_due_earlier(
    promise: Promise, pauses: list[Pause], more: Pause
) -> None:
    assert due_at(promise, *pauses) <= due_at(promise, *pauses, more)


@given(PROMISES, PAUSES, st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_two_pauses_that_touch_are_one(promise: Promise, others: list[Pause], at: list[datetime]) -> None:
    two = (Pause(at[0], at[1]), Pause(at[1], at[2]))

    assert due(promise, *others, *two) == due(promise, *others, Pause(at[0], at[2]))


@given(PROMISES, PAUSES, st.integers(0, 10_000))
def test_a_pause_after_the_due_instant_changes_nothing(
    promise: Promise, pauses: list[Pause], minutes: int
) -> None:
    before = due(promise, *pauses)

    after = (before.due_at or june(30)) + timedelta(minutes=minutes, seconds=1)
    assert before.due_at is None or due(promise, *pauses, Pause(after)) == before


@given(PROMISES, PAUSES, st.data())
def test_the_order_and_the_number_of_times_of_what_is_said_do_not_matter(
    promise: Promise, pauses: list[Pause], draw: st.DataObject
) -> None:
    shuffled = draw.draw(st.permutations(pauses + pauses))

    assert due(promise, *shuffled) == due(promise, *pauses)


@given(PROMISES, PAUSES)
def test_a_limit_never_runs_out_while_it_is_paused(promise: Promise, pauses: list[Pause]) -> None:
    found = due(promise, *pauses).due_at

    assert found is None or not any(
        one.start <= found and (one.end is None or found < one.end) for one in pauses
    )


def by_hand(promise: Promise, pauses: list[Pause], counts: Callable[[date], bool]) -> date:
    """Count day by day, as people do on their fingers."""
    day, left = local_date(MONDAY), promise.amount or 0
    while left or _paused(day, pauses) or not CALENDAR.is_workday(day):
        day += timedelta(days=1)
        left -= bool(left and counts(day) and not _paused(day, pauses))
    return day


def _paused(day: date, pauses: list[Pause]) -> bool:
    return any(one.start <= end_of_day(day) < (one.end or FOR_EVER) for one in pauses)


@given(st.integers(1, 25), st.sampled_from(UNITS[:2]), PAUSES)
def test_days_are_those_that_one_counts_by_hand(amount: int, unit: Unit, pauses: list[Pause]) -> None:
    promise, closed = Promise("promised", amount, unit), [one for one in pauses if one.end]
    counts = CALENDAR.is_workday if unit == "workdays" else lambda _: True

    assert last_day(promise, *closed) == by_hand(promise, closed, counts)
