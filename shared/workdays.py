"""Working days 工作日 of mainland China: official days where known, computed and marked provisional beyond.

Official holidays and make-up days come from the library `chinesecalendar` and from a table that operators edit
(the table wins). Counting rules: the first day of a limit is not counted (行政许可法 82 条: days are working
days); a limit that ends on a day off moves to the next working day (民法典 203 条). Nothing here ever raises for a
year without an official calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import chinese_calendar

ONE_DAY = timedelta(days=1)
# Statutory days off with a fixed date (全国年节及纪念日放假办法, 2025); lunar ones wait for the notice.
FIXED_DAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@cache  # The library takes ten times as long as a look here, and a limit asks for each of its days.
def _official(day: date) -> bool | None:
    """Tell whether the library knows `day` as a working day; None where it has no data for the year."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Answers questions about working days.

    Attributes:
        revised: Days that operators set, True for a working day; they win over the library.
        revised_years: Years whose whole calendar operators imported; none of their days is provisional.
    """

    revised: Mapping[date, bool] = field(default_factory=dict)
    revised_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on `day`."""
        if day in self.revised:
            return self.revised[day]
        known = _official(day)
        if known is not None:
            return known
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_DAYS_OFF

    def is_provisional(self, day: date) -> bool:
        """Tell whether the answer for `day` is computed, because its year has no official calendar yet."""
        return day not in self.revised and not self.is_official(day.year)

    def is_official(self, year: int) -> bool:
        """Tell whether the whole official calendar of a year is known."""
        return year in self.revised_years or _official(date(year, 1, 1)) is not None

    def official_until(self, day: date) -> date:
        """Give the first day from `day` on whose year has no official calendar."""
        year = day.year
        while self.is_official(year):
            year += 1
        return max(day, date(year, 1, 1))

    def same_or_previous(self, day: date) -> date:
        """Give `day` itself, or the last working day before it when it is a day off."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def same_or_next(self, day: date) -> date:
        """Give `day` itself, or the next working day when it is a day off."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def add_workdays(self, start: date, count: int) -> date:
        """Give the last day of a limit of `count` working days; `start` itself is not counted."""
        day = start
        for _ in range(count):
            day = self.same_or_next(day + ONE_DAY)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; 0 when `end` is earlier."""
        return sum(self.is_workday(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))
