"""Which period a summary is for, and when it is owed."""

from datetime import date

import pytest

from services.tasks.domain_periods import Period
from services.tasks.summaries.domain_due import last_instant, name_of, owed_on, read_kind, read_period
from shared.clock import end_of_day
from shared.errors import Invalid
from shared.events.summaries import SummaryKind
from shared.workdays import WorkCalendar

JUNE = Period(date(2023, 6, 1), date(2023, 6, 30))
TODAY = date(2023, 7, 3)


def test_a_summary_of_june_is_owed_from_the_first_working_day_of_july() -> None:
    owed = [owed_on("monthly", date(2023, 7, day), WorkCalendar()) for day in (1, 2, 3, 31)]

    assert owed == [None, None, JUNE, JUNE]  # 1 and 2 July are a weekend.


def test_a_week_is_owed_on_its_next_monday_and_after_a_holiday_on_the_first_day_of_work() -> None:
    second_week = Period(date(2023, 9, 25), date(2023, 10, 1))

    assert owed_on("weekly", date(2023, 10, 2), WorkCalendar()) is None
    assert owed_on("weekly", date(2023, 10, 7), WorkCalendar()) == second_week  # A Saturday at work.


def test_a_quarter_is_owed_in_the_next_one() -> None:
    assert owed_on("quarterly", TODAY, WorkCalendar()) == Period(date(2023, 4, 1), date(2023, 6, 30))


@pytest.mark.parametrize(
    ("kind", "name", "first"),
    [
        ("weekly", "2023-W26", date(2023, 6, 26)),
        ("monthly", "2023-06", date(2023, 6, 1)),
        ("quarterly", "2023-Q2", date(2023, 4, 1)),
    ],
)
def test_a_period_is_known_by_its_name(kind: SummaryKind, name: str, first: date) -> None:
    period = read_period(kind, name, TODAY)

    assert (period.first, name_of(kind, period)) == (first, name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("monthly", "2023-13"), ("weekly", "2023-W54"), ("quarterly", "2023-Q5"), ("monthly", "2023-W25")],
)
def test_what_names_no_period_is_refused_with_an_example(kind: SummaryKind, name: str) -> None:
    with pytest.raises(Invalid, match=f"{name} 无效，请写成 2023-"):
        read_period(kind, name, TODAY)


def test_a_period_that_lies_ahead_is_refused() -> None:
    with pytest.raises(Invalid, match="还没有开始"):
        read_period("monthly", "2023-08", TODAY)


def test_an_unknown_kind_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Invalid, match="weekly、monthly、quarterly"):
        read_kind("yearly")


def test_what_was_due_on_a_day_is_overdue_at_its_last_instant() -> None:
    assert end_of_day(TODAY) < last_instant(TODAY) < end_of_day(date(2023, 7, 4))
