"""What people may say of a year's working days, and how a year looks then."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shared.errors import Invalid
from shared.workdays import WorkCalendar

FIRST_YEAR, LAST_YEAR = 2000, 2100
DECEMBER = 12
# Off in every official calendar; a list without them is not the whole of a year.
ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))


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


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day that is counted otherwise than before."""

    day: date
    is_workday: bool


def whole_year(year: int, listed: Mapping[date, bool]) -> YearRevision:
    """Check the official days of a year, True for a working day, as a list that leaves out nothing.

    Raises:
        Invalid: A day lies in another year, or a day is missing that is always off.
    """
    missing = [date(year, *day) for day in ALWAYS_OFF if listed.get(date(year, *day), True)]
    if missing:
        message = f"{year} 年的清单未把 {missing[0]} 列为休息日，不像是完整的年度安排，请核对文件"
        raise Invalid(message, code="calendar.incomplete", field="file")
    working = [day for day, works in listed.items() if works]
    return revise(year, working, [day for day in listed if not listed[day]], complete=True)


def reaches_back(day: date, year: int) -> bool:
    """Tell whether `day` is of the December before, which the notice 放假安排 of a year may set too."""
    return (day.year, day.month) == (year - 1, DECEMBER)


def extend(said: YearRevision, days: Mapping[date, bool]) -> YearRevision:
    """Add days to what people said of their year; a later word on a day wins."""
    working = frozenset(day for day, works in days.items() if works)
    off = frozenset(days) - working
    return YearRevision(
        said.year, (said.workdays - off) | working, (said.days_off - working) | off, said.complete
    )


def with_year(calendar: WorkCalendar, said: YearRevision) -> WorkCalendar:
    """Give the calendar in which `said` stands for what was said of its year before."""
    others = {day: works for day, works in calendar.revised.items() if day.year != said.year}
    own = dict.fromkeys(said.workdays, True) | dict.fromkeys(said.days_off, False)
    years = calendar.revised_years - {said.year}
    return WorkCalendar(others | own, years | ({said.year} if said.complete else frozenset()))


def changed_days(before: WorkCalendar, after: WorkCalendar, year: int) -> Iterator[ChangedDay]:
    """Give the days of a year that are counted otherwise `after`."""
    day = date(year, 1, 1)
    while day.year == year:
        if before.is_workday(day) is not after.is_workday(day):
            yield ChangedDay(day, after.is_workday(day))
        day += timedelta(days=1)
