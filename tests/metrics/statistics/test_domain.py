"""The days of a month: pure."""

from datetime import date

import pytest

from services.metrics.statistics.domain import days_of
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("month", "days"),
    [
        ("2023-06", (date(2023, 6, 1), date(2023, 6, 30))),
        ("2023-12", (date(2023, 12, 1), date(2023, 12, 31))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("9999-12", (date(9999, 12, 1), date(9999, 12, 31))),
    ],
)
def test_a_month_ends_on_its_own_last_day(month: str, days: tuple[date, date]) -> None:
    assert days_of(month) == days


@pytest.mark.parametrize("month", ["2023-13", "2023", "六月", ""])
def test_what_is_no_month_is_refused_with_how_to_write_one(month: str) -> None:
    with pytest.raises(Invalid, match="请写成 2023-06") as caught:
        days_of(month)

    assert (caught.value.code, caught.value.field) == ("statistics.month", "month")
