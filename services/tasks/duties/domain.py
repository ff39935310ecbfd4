"""Which occurrences of a duty are to be registered, until when each is due, and what makes sense as a duty.

Invariant: an occurrence is known by duty, first day of the period and number, so it is registered once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.tasks.domain_ids import short_hash
from services.tasks.domain_periods import Frequency, Period, label, period_of
from shared.errors import Invalid
from shared.workdays import WorkCalendar

KIND = "duty"
MOST_TIMES = 31  # In one period; more is no duty but a counter.


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty as far as its occurrences follow from it."""

    id: str
    title: str
    frequency: Frequency
    times: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a duty is owed, with the task that stands for it."""

    duty_id: str
    period_start: date
    number: int
    title: str
    due_on: date

    @property
    def task_id(self) -> str:
        """Its task's id, which follows from what it is."""
        return f"t{short_hash(f'{self.duty_id} {self.period_start} {self.number}', 12)}"


def occurrences(duty: Duty, today: date, calendar: WorkCalendar) -> list[Occurrence]:
    """Give the occurrences of the period that runs today, if the duty holds for it.

    A period counts when it begins while the duty holds; a day off has no daily duty. One that is over when the ledger
    comes to look, since it stood still meanwhile, was never anybody's to keep and is not made up for.
    """
    period = period_of(duty.frequency, today)
    holds = duty.starts_on <= period.first <= (duty.ends_on or period.first)
    if not holds or (duty.frequency == "daily" and not calendar.is_workday(today)):
        return []
    return [_occurrence(duty, period, number, calendar) for number in range(1, duty.times + 1)]


def _occurrence(duty: Duty, period: Period, number: int, calendar: WorkCalendar) -> Occurrence:
    which = f"，第{number}次" if duty.times > 1 else ""
    title = f"{duty.title}（{label(duty.frequency, period)}{which}）"
    return Occurrence(duty.id, period.first, number, title, due_day(period, calendar))


def due_day(period: Period, calendar: WorkCalendar) -> date:
    """Give the day by which what is owed in a period is due.

    That is the period's last day: a limit that is computed, not a date that a document prints, so that it moves on to
    the next working day when it falls on a day off (民法典 203 条), as all computed limits do.
    """
    return calendar.same_or_next(period.last)


def check_duty(title: str, units: Sequence[str], times: int) -> None:
    """Pass when somebody is to do something a countable number of times.

    Raises:
        Invalid: There is no title or unit, a unit stands twice, or the number makes no sense.
    """
    if not title.strip():
        raise Invalid("例行事项必须有内容", code="duty.title_missing", field="title")
    if not units or len(set(units)) != len(units):
        raise Invalid("请指明单位，每个单位一次", code="duty.units_wrong", field="units")
    if not 1 <= times <= MOST_TIMES:
        message = f"每个周期的次数 {times} 无效，请在 1–{MOST_TIMES} 之间"
        raise Invalid(message, code="duty.times_wrong", field="times")


def check_span(starts_on: date, ends_on: date | None) -> None:
    """Pass when a duty does not end before it begins.

    Raises:
        Invalid: It does.
    """
    if ends_on is not None and ends_on < starts_on:
        message = f"止日 {ends_on} 早于起日 {starts_on}，请核对"
        raise Invalid(message, code="duty.span_empty", field="ends_on")


def missing(wanted: Iterable[Occurrence], known: Iterable[tuple[str, date, int]]) -> list[Occurrence]:
    """Give those that are not registered yet."""
    registered = set(known)
    return [one for one in wanted if (one.duty_id, one.period_start, one.number) not in registered]
