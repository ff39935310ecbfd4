"""Which period a summary is for, and from which day it is owed; pure.

Invariant: a summary is owed from the first working day after its period on, so that a missed day is made up for.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import get_args

from services.tasks.domain_periods import Period, period_of
from shared.clock import at_local
from shared.errors import Invalid
from shared.events.summaries import SummaryKind
from shared.workdays import WorkCalendar

KINDS: tuple[SummaryKind, ...] = get_args(SummaryKind)
EXAMPLES: dict[SummaryKind, str] = {"weekly": "2023-W25", "monthly": "2023-06", "quarterly": "2023-Q2"}
_NAMES: dict[SummaryKind, Callable[[date], str]] = {
    "weekly": lambda first: f"{first:%G-W%V}",
    "monthly": lambda first: f"{first:%Y-%m}",
    "quarterly": lambda first: f"{first.year}-Q{(first.month + 2) // 3}",
}
_PATTERNS: dict[SummaryKind, str] = {
    "weekly": r"(\d{4})-W(\d{2})",
    "monthly": r"(\d{4})-(\d{2})",
    "quarterly": r"(\d{4})-Q([1-4])",
}
_FIRST: dict[SummaryKind, Callable[[int, int], date]] = {
    "weekly": lambda year, week: date.fromisocalendar(year, week, 1),
    "monthly": lambda year, month: date(year, month, 1),
    "quarterly": lambda year, quarter: date(year, quarter * 3 - 2, 1),
}


def name_of(kind: SummaryKind, period: Period) -> str:
    """Name a period for machines: `2023-W25`, `2023-06`, `2023-Q2`."""
    return _NAMES[kind](period.first)


def read_kind(said: str) -> SummaryKind:
    """Read a kind of summary.

    Raises:
        Invalid: There is none such.
    """
    if said not in KINDS:
        message = f"没有汇总类型 {said}，可用：{'、'.join(KINDS)}"
        raise Invalid(message, code="summary.kind_unknown", field="kind")
    return said


def read_period(kind: SummaryKind, said: str, today: date) -> Period:
    """Read the name of a period that has begun.

    Raises:
        Invalid: It is no name of a period of this kind, or the period lies ahead.
    """
    found = re.fullmatch(_PATTERNS[kind], said)
    try:
        first = _FIRST[kind](int(found[1]), int(found[2])) if found else None
    except ValueError:
        first = None
    if first is None:
        message = f"period 的取值 {said} 无效，请写成 {EXAMPLES[kind]}"
        raise Invalid(message, code="summary.period_invalid", field="period")
    if first > today:
        message = f"period {said} 还没有开始（今天是 {today}），请改为今天及以前的周期"
        raise Invalid(message, code="summary.period_ahead", field="period")
    return period_of(kind, first)


def last_instant(day: date) -> datetime:
    """Give the last instant of a day, at which all that was due on it is either handed in or overdue."""
    return at_local(day + timedelta(days=1)) - timedelta(microseconds=1)


def owed_on(kind: SummaryKind, today: date, calendar: WorkCalendar) -> Period | None:
    """Give the period whose summary is owed today: the one before this one, from the first working day on."""
    current = period_of(kind, today)
    if today < calendar.same_or_next(current.first):
        return None
    return period_of(kind, current.first - timedelta(days=1))
