"""When an indicator is owed: how often its value is reported, by which day, and how long it stays fresh."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
YEAR = re.compile(r"(20\d\d)年")
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# Words of a plan's period, and how often such a value is reported; the first that is found holds.
CADENCES: tuple[tuple[str, str], ...] = (
    (
        "周",
        "month",
    ),  # 每周 is counted by the week, and reported with the month: nobody fills in more than that.
    ("月", "month"),
    ("季", "quarter"),
    ("半年", "half"),
    ("年", "year"),
)
ONCE = "once"
STALE_AFTER: Mapping[str, int] = {"month": 45, "quarter": 105, "half": 200, "year": 400, ONCE: 400}  # Days.


class Period(NamedTuple):
    """A span of days of which a value is owed."""

    name: str
    first: date
    last: date


def cadence_of(period: str | None, due_on: date | None) -> str:
    """Say how often a target is reported: by its period, else once at its date, else with the year."""
    for word, cadence in CADENCES:
        if word in (period or ""):
            return cadence
    return ONCE if due_on is not None else "year"


def end_of(due_on: date | None, begins_on: date, period: str | None = None) -> date:
    """Give the day by which a target has to be kept: its date, else the end of the year that its period names (2024年).

    Without either it is the year in which its plan began.
    """
    named = YEAR.search(period or "")
    return due_on or date(int(named[1]) if named else begins_on.year, 12, 31)


def owed(cadence: str, span: tuple[date, date], today: date, grace: int) -> Iterator[tuple[Period, date]]:
    """Name the periods of a span whose due day has passed, with that day."""
    for period in periods(cadence, *span):
        due_on = period.last + timedelta(days=grace)
        if due_on >= today:
            return
        yield period, due_on


def periods(cadence: str, first: date, last: date) -> Iterator[Period]:
    """Name the periods that end in a span; the last one ends with it."""
    if cadence == ONCE:
        yield Period(last.isoformat(), first, last)
        return
    begin = _begin_of(cadence, first)
    while begin <= last:
        following = _after(begin, MONTHS[cadence])
        yield Period(_name(cadence, begin), max(begin, first), min(following - ONE_DAY, last))
        begin = following


def _begin_of(cadence: str, day: date) -> date:
    months = MONTHS[cadence]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _after(begin: date, months: int) -> date:
    number = begin.year * 12 + begin.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _name(cadence: str, begin: date) -> str:
    names = {
        "month": f"{begin:%Y-%m}",
        "quarter": f"{begin:%Y}-Q{(begin.month + 2) // 3}",
        "half": f"{begin:%Y}-H{(begin.month + 5) // 6}",
    }
    return names.get(cadence, f"{begin:%Y}")
