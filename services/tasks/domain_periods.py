"""Periods 周期 in which duties come back and lists are cleared: days, weeks, two weeks, months, quarters, years.

Invariant: the periods of a frequency follow each other without gap or overlap; weeks begin on Monday.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Frequency = Literal["daily", "weekly", "biweekly", "monthly", "quarterly", "yearly"]
FREQUENCY_WORDS: dict[Frequency, str] = {
    "daily": "每日",
    "weekly": "每周",
    "biweekly": "每双周",
    "monthly": "每月",
    "quarterly": "每季度",
    "yearly": "每年",
}
# Two-week cycles are counted from this Monday; nothing prescribes one, it is the first of the plans' year.
FIRST_CYCLE = date(2023, 1, 2)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its first and last day."""

    first: date
    last: date


def period_of(frequency: Frequency, day: date) -> Period:
    """Give the period of a frequency that `day` falls into."""
    first = _FIRST[frequency](day)
    return Period(first, _NEXT[frequency](first) - timedelta(days=1))


def label(frequency: Frequency, period: Period) -> str:
    """Name a period for people."""
    first, last = period.first, period.last
    if frequency == "daily":
        return f"{first.year}年{first.month}月{first.day}日"
    if frequency in {"weekly", "biweekly"}:
        return f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"
    words = {"monthly": f"{first.month}月", "quarterly": f"第{_quarter(first)}季度", "yearly": ""}
    return f"{first.year}年{words[frequency]}"


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _cycle(day: date) -> date:
    return FIRST_CYCLE + (_monday(day) - FIRST_CYCLE) // (2 * WEEK) * (2 * WEEK)


def _months_on(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


_FIRST: dict[Frequency, Callable[[date], date]] = {
    "daily": lambda day: day,
    "weekly": _monday,
    "biweekly": _cycle,
    "monthly": lambda day: day.replace(day=1),
    "quarterly": lambda day: date(day.year, _quarter(day) * 3 - 2, 1),
    "yearly": lambda day: date(day.year, 1, 1),
}
_NEXT: dict[Frequency, Callable[[date], date]] = {
    "daily": lambda first: first + timedelta(days=1),
    "weekly": lambda first: first + WEEK,
    "biweekly": lambda first: first + 2 * WEEK,
    "monthly": lambda first: _months_on(first, 1),
    "quarterly": lambda first: _months_on(first, 3),
    "yearly": lambda first: _months_on(first, 12),
}
