"""The limit of a service 办件: its due instant, from what the office promised, its pauses and the working calendar.

The rules, in Asia/Shanghai; the due instant is the last second of a day:

- The first day does not count (行政许可法 82 条: working days; 民法典 201 条). Months and years end on the same day of
  a later month, or on its last (202 条). A limit that we count and that ends on a day off moves on (203 条).
- 即办件 is due on the day on which it was accepted, or the next working day, unless its source states a limit for it.
- A day that the source itself states wins over what we count, and is not moved off a day off.
- **A day does not count when the limit was paused at its end**: at its last second, from the pause's start on and
  before its end. So a limit can't run out while it is paused, nor on a day that was paused at its end; a pause of some
  hours within a day changes nothing, and two that touch are one. A limit in working days loses working days only;
  every other, and a stated day, loses natural days (a stated day beside a promise in working days: working days). A
  limit that was moved by a pause moves on from a day off, whoever stated it.
- While a pause that has no end holds the limit back there is no due instant. A pause after the due instant changes
  nothing; so a limit that passed stays passed.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from shared.clock import end_of_day, local_date
from shared.workdays import ONE_DAY, WorkCalendar

Unit = Literal["days", "workdays", "months", "years"]
LONGEST = timedelta(days=36_600)  # A limit or a pause of more than a hundred years is a slip.
LAST_YEAR = 9_000  # 9999 stands for "no date" in many sources.
DAYS_OF: Mapping[Unit, int] = {"days": 1, "workdays": 1, "months": 31, "years": 366}  # At most.


class Basis(StrEnum):
    """How a due instant came about, or why there is none."""

    STATED = "stated"  # The source states the day.
    COUNTED = "counted"  # The promise was counted from the day of 受理.
    SAME_DAY = "same_day"  # 即办件.
    PAUSED = "paused"  # None, until the pause ends.
    UNSTATED = "unstated"  # None: nothing was promised.
    OUT_OF_RANGE = "out_of_range"  # None: nobody promises hundreds of years.


@dataclass(frozen=True, slots=True)
class Promise:
    """What an office promised.

    Attributes:
        kind: 即办件 `instant` or 承诺件 `promised`.
        amount: How many of `unit`; None where only a day is stated, and for most 即办件.
        due_on: The last day that the source itself states.
    """

    kind: Literal["instant", "promised"]
    amount: int | None = None
    unit: Unit | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the limit does not run; `end` None while it goes on."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServiceDue:
    """When a service is due.

    Attributes:
        due_at: The last instant of the limit, in UTC; None while it is paused and where none is known.
        provisional: Whether it was counted into a year without an official calendar, and may move when that comes.
        basis: How it came about, or why there is none.
        unpaused_on: The last day if there had been no pause; None where no limit is known.
    """

    due_at: datetime | None
    provisional: bool
    basis: Basis
    unpaused_on: date | None = None


def service_due(
    accepted_at: datetime, promise: Promise, pauses: Sequence[Pause], calendar: WorkCalendar
) -> ServiceDue:
    """Give the due instant of a service; the rules are those of this module's text."""
    first = local_date(accepted_at)
    basis, end = _promised_end(first, promise, calendar)
    if end is None:
        return ServiceDue(None, provisional=False, basis=basis)
    stated = basis is Basis.STATED
    unpaused = end if stated else calendar.same_or_next(end)
    last = _moved(first, end, unpaused, _counting(promise.unit, pauses, calendar)) if pauses else unpaused
    if last is None:
        return ServiceDue(None, provisional=False, basis=Basis.PAUSED, unpaused_on=unpaused)
    provisional = not (stated and last == end) and not calendar.is_official(last.year)
    return ServiceDue(end_of_day(last), provisional=provisional, basis=basis, unpaused_on=unpaused)


def _promised_end(first: date, promise: Promise, calendar: WorkCalendar) -> tuple[Basis, date | None]:
    """Give the last day of the promise as it stands, before it moves for a day off or a pause."""
    amount, unit, stated = promise.amount, promise.unit, promise.due_on
    if first.year > LAST_YEAR or (stated is not None and stated > first + LONGEST):
        return Basis.OUT_OF_RANGE, None
    if stated is not None:
        return Basis.STATED, stated
    if amount is None or unit is None:
        return (Basis.SAME_DAY, first) if promise.kind == "instant" else (Basis.UNSTATED, None)
    if not 0 <= amount * DAYS_OF[unit] <= LONGEST.days:
        return Basis.OUT_OF_RANGE, None
    if unit == "workdays":
        return Basis.COUNTED, calendar.add_workdays(first, amount)
    return Basis.COUNTED, first + ONE_DAY * amount if unit == "days" else _months_on(first, amount, unit)


def _months_on(day: date, amount: int, unit: Unit) -> date:
    """Give the same day so many months or years later, or the last of the month where there is none (民法典 202 条)."""
    months = amount * 12 if unit == "years" else amount
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class _Counting:
    """Which days count.

    Attributes:
        paused: The first day of each pause that does not count, and the first after it that may.
    """

    unit: Unit | None
    paused: Sequence[tuple[date, date]]
    calendar: WorkCalendar

    def is_of_the_unit(self, day: date) -> bool:
        return self.unit != "workdays" or self.calendar.is_workday(day)

    def is_paused(self, day: date) -> bool:
        return any(begin <= day < end for begin, end in self.paused)

    def counts(self, day: date) -> bool:
        return not self.is_paused(day) and self.is_of_the_unit(day)

    def may_be_last(self, day: date) -> bool:
        return not self.is_paused(day) and self.calendar.is_workday(day)

    def next(self, day: date, fits: Callable[[date], bool]) -> date | None:
        """Give the first day after `day` that fits; None where a pause goes on for ever, or for a hundred years."""
        until = min([day + LONGEST, *(begin for begin, end in self.paused if end == date.max)])
        while day < until:
            day += ONE_DAY
            if fits(day):
                return day
        return None


def _counting(unit: Unit | None, pauses: Sequence[Pause], calendar: WorkCalendar) -> _Counting:
    paused = [
        (_first_end_from(one.start), _first_end_from(one.end) if one.end else date.max) for one in pauses
    ]
    return _Counting(unit, paused, calendar)


def _first_end_from(instant: datetime) -> date:
    """Give the first day whose last second is at or after an instant."""
    day = local_date(instant)
    return day if day == date.max or instant <= end_of_day(day) else day + ONE_DAY


def _moved(first: date, end: date, unpaused: date, counting: _Counting) -> date | None:
    """Give the last day of a limit by its pauses; None when one without an end holds it back."""
    days = [first + ONE_DAY * number for number in range(1, (end - first).days + 1)]
    lost = sum(counting.is_of_the_unit(day) and counting.is_paused(day) for day in days)
    if not lost and not counting.is_paused(unpaused):
        return unpaused
    last: date | None = end
    for _ in range(lost):
        last = counting.next(last, counting.counts) if last else None
    if last is None or counting.may_be_last(last):
        return last
    return counting.next(last, counting.may_be_last)
