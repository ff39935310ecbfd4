"""Says when a clock that runs by a limit 期限 warns: pure functions over the limit, its rules and the calendar.

A limit in days, 工作日, months or cycles warns when a share of it is left, at least so many 工作日; one in hours, or in
working hours, when a share of it has passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.notify.rules import CountedRule, Hours
from shared.clock import at_local, local_date
from shared.workdays import ONE_DAY, WorkCalendar

HOURS, WORKDAYS = "hours", "workdays"
IN_HOURS = frozenset({HOURS, "workhours"})


@dataclass(frozen=True, slots=True)
class Counted:
    """How a clock is counted.

    Attributes:
        span: Unit of time: `hours`, `workhours`, `days`, `workdays`, `months` or `cycles`.
        amount: How many of these; None where it is not known, then the time from start to due instant counts.
    """

    span: str
    started_at: datetime
    amount: int | None = None

    @property
    def in_hours(self) -> bool:
        """Whether it runs in hours, by day and night or in the hours of work."""
        return self.span in IN_HOURS


def warning_day(
    due_day: date, counted: Counted, rule: CountedRule, calendar: WorkCalendar
) -> tuple[date, int]:
    """Give the day on which a limit in days is nearly over, and how many are left then, in its own unit.

    Days, months and cycles are counted as natural days; a day off gives way to the working day before it.
    """
    floor = _workdays_before(due_day, rule.left_workdays, calendar)
    if counted.span == WORKDAYS:
        whole = counted.amount or calendar.workdays_between(local_date(counted.started_at), due_day)
        left = max(rule.left_workdays, _share(whole, rule.left_percent))
        return _workdays_before(due_day, left, calendar), left
    whole = (due_day - local_date(counted.started_at)).days
    by_share = calendar.same_or_previous(due_day - ONE_DAY * _share(whole, rule.left_percent))
    day = min(floor, by_share)
    return day, (due_day - day).days


def _share(whole: int, percent: int) -> int:
    """Give a share of whole days, rounded up: a warning rather comes early."""
    return -(-whole * percent // 100)


def _workdays_before(day: date, count: int, calendar: WorkCalendar) -> date:
    for _ in range(count):
        day = calendar.same_or_previous(day - ONE_DAY)
    return day


def passed_at(
    due_at: datetime, counted: Counted, percent: int, work: Hours, calendar: WorkCalendar
) -> datetime:
    """Give the instant at which so much of a limit in hours has passed; working hours are those of messages."""
    if counted.span == HOURS:
        return counted.started_at + (due_at - counted.started_at) * percent / 100
    stretches = list(_stretches(counted.started_at, due_at, work, calendar))
    passed = sum((end - begin for begin, end in stretches), timedelta()) * percent / 100
    for begin, end in stretches:
        if passed <= end - begin:
            return begin + passed
        passed -= end - begin
    return due_at  # No working hour lies in between.


def _stretches(
    start: datetime, end: datetime, work: Hours, calendar: WorkCalendar
) -> Iterator[tuple[datetime, datetime]]:
    """Give the working hours between two instants, day by day."""
    day = local_date(start)
    while day <= local_date(end):
        begin, until = max(start, _on(day, work.at)), min(end, _on(day, work.until))
        if calendar.is_workday(day) and begin < until:
            yield begin, until
        day += ONE_DAY


def _on(day: date, hour: time) -> datetime:
    return at_local(day, hour.hour, hour.minute)
