"""What people may say of a year's working days, and how a year looks then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from shared.errors import Invalid
from shared.workdays import WorkCalendar

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class YearRevision:
    """Days that people set: working ones and days off; `complete` when they know the whole official calendar."""

    year: int
    workdays: frozenset[date]
    days_off: frozenset[date]
    complete: bool


@dataclass(frozen=True, slots=True)
class YearView:
    """A year as everyone counts with it: the days that differ from the plain five-day week."""

    workdays: tuple[date, ...]
    days_off: tuple[date, ...]
    provisional: bool


def check_year(year: int) -> None:
    """Pass for a year that we keep a calendar of.

    Raises:
        Invalid: It is out of range.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"年份 {year} 超出范围，请在 {FIRST_YEAR}–{LAST_YEAR} 之间"
        raise Invalid(message, code="calendar.year_out_of_range", field="year")


def revise(
    year: int, workdays: Collection[date], days_off: Collection[date], *, complete: bool
) -> YearRevision:
    """Check what people say of a year.

    Raises:
        Invalid: A day is of another year, or both a working day and a day off.
    """
    check_year(year)
    for field, days in (("workdays", workdays), ("days_off", days_off)):
        foreign = sorted(day for day in days if day.year != year)
        if foreign:
            raise Invalid(f"{foreign[0]} 不在 {year} 年", code="calendar.wrong_year", field=field)
    both = sorted(set(workdays) & set(days_off))
    if both:
        message = f"{both[0]} 既是工作日又是休息日，请只留一处"
        raise Invalid(message, code="calendar.contradiction", field="days_off")
    return YearRevision(year, frozenset(workdays), frozenset(days_off), complete)


def view(calendar: WorkCalendar, year: int) -> YearView:
    """Show a year of `calendar`; provisional when its official days are not all known."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    return YearView(
        workdays=tuple(day for day in days if day.weekday() >= 5 and calendar.is_workday(day)),
        days_off=tuple(day for day in days if day.weekday() < 5 and not calendar.is_workday(day)),
        provisional=any(calendar.is_provisional(day) for day in days),
    )
