"""Limits 期限 in the units of time that rules use, turned into a due instant.

A limit in days, working days or months does not count its first day and moves on when it ends on a day off (民法典 201,
203 条; 行政许可法 82 条); a limit in hours counts from the minute.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from shared.clock import end_of_day, local_date
from shared.workdays import WorkCalendar


class Span(StrEnum):
    """A unit of time."""

    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many hours, days, 工作日 or months."""

    amount: int
    span: Span

    def due_after(self, start: datetime, calendar: WorkCalendar) -> datetime:
        """Give the due instant (UTC) of a limit that begins at `start`."""
        if self.span is Span.HOURS:
            return start + timedelta(hours=self.amount)
        first = local_date(start)
        if self.span is Span.WORKDAYS:
            return end_of_day(calendar.add_workdays(first, self.amount))
        last = (
            first + timedelta(days=self.amount) if self.span is Span.DAYS else _months_on(first, self.amount)
        )
        return end_of_day(calendar.same_or_next(last))

    def after_pause(
        self, due_at: datetime, begun: datetime, ended: datetime, calendar: WorkCalendar
    ) -> datetime:
        """Give the due instant of a limit that was suspended from `begun` to `ended`: what was left is left still.

        Hours are longer by the hours of the pause, 工作日 by the working days in it, all others by its days.
        """
        match self.span:
            case Span.HOURS:
                return due_at + (ended - begun)
            case Span.WORKDAYS:
                away = calendar.workdays_between(local_date(begun), local_date(ended))
                return end_of_day(calendar.add_workdays(local_date(due_at), away))
            case Span.DAYS | Span.MONTHS:
                return days_after_pause(due_at, begun, ended, calendar)
            case never:  # Another unit has to say here what its pause is.
                assert_never(never)

    def recount(
        self, start: datetime, due_at: datetime, before: WorkCalendar, after: WorkCalendar
    ) -> datetime:
        """Give the due instant by the calendar `after`; one that people moved, so that it is not `before`'s, stays."""
        return self.due_after(start, after) if due_at == self.due_after(start, before) else due_at

    def is_provisional(self, start: datetime, due_at: datetime, calendar: WorkCalendar) -> bool:
        """Tell whether `due_at` was computed over a year without an official calendar, and will move when it comes."""
        official = self.span is Span.HOURS or calendar.is_official(local_date(due_at).year)
        return not official and due_at == self.due_after(start, calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimit:
    """A limit that is a task's own and not its kind's.

    Attributes:
        latest: An instant that it does not go beyond, unless that has passed when it begins.
        extension_workdays: 工作日 by which extensions may move it in all; None for any.
        extensions: How many may be granted; None for any number.
    """

    limit: Limit
    latest: datetime | None = None
    extension_workdays: int | None = None
    extensions: int | None = None

    def due_after(self, start: datetime, calendar: WorkCalendar) -> datetime:
        """Give the due instant (UTC) when it begins at `start`."""
        due_at = self.limit.due_after(start, calendar)
        return min(due_at, self.latest) if self.latest is not None and self.latest > start else due_at


def days_after_pause(due_at: datetime, begun: datetime, ended: datetime, calendar: WorkCalendar) -> datetime:
    """Give a due instant moved by the days of a pause, and on to a working day."""
    away = local_date(ended) - local_date(begun)
    return end_of_day(calendar.same_or_next(local_date(due_at) + away))


def _months_on(day: date, months: int) -> date:
    """Give the same day so many months later, or the last of the month where there is none (民法典 202 条)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
