"""Periods follow each other without gap or overlap."""

from datetime import date, timedelta
from typing import get_args

import pytest

from services.tasks.domain_periods import FREQUENCY_WORDS, Frequency, Period, label, period_of

DAY = date(2023, 6, 20)  # A Tuesday.


@pytest.mark.parametrize(
    ("frequency", "first", "last", "words"),
    [
        ("daily", date(2023, 6, 20), date(2023, 6, 20), "2023年6月20日"),
        ("weekly", date(2023, 6, 19), date(2023, 6, 25), "2023年6月19日至6月25日"),
        ("biweekly", date(2023, 6, 19), date(2023, 7, 2), "2023年6月19日至7月2日"),
        ("monthly", date(2023, 6, 1), date(2023, 6, 30), "2023年6月"),
        ("quarterly", date(2023, 4, 1), date(2023, 6, 30), "2023年第2季度"),
        ("yearly", date(2023, 1, 1), date(2023, 12, 31), "2023年"),
    ],
)
def test_a_day_falls_into_one_period(frequency: Frequency, first: date, last: date, words: str) -> None:
    period = period_of(frequency, DAY)

    assert (period, label(frequency, period)) == (Period(first, last), words)


@pytest.mark.parametrize("frequency", get_args(Frequency))
def test_periods_follow_each_other(frequency: Frequency) -> None:
    period = period_of(frequency, date(2022, 12, 1))
    for _ in range(30):
        following = period_of(frequency, period.last + timedelta(days=1))

        assert following.first == period.last + timedelta(days=1)
        assert period_of(frequency, period.last) == period
        period = following


def test_every_frequency_has_its_word() -> None:
    assert [*FREQUENCY_WORDS] == [*get_args(Frequency)]
