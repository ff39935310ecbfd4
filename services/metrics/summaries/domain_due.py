"""Which period a summary is for, and at which instant it is owed; pure.

Invariant: a summary is owed from its instant on until it is compiled, so that what was missed is made up for.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.metrics.summaries.domain import Plan, Span, summary_rules
from shared.clock import at_local, local_date
from shared.errors import Invalid
from shared.workdays import WorkCalendar

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
EXAMPLES = {"day": "2023-06-20", "week": "2023-W25", "month": "2023-06"}
_PATTERNS = {"day": r"\d{4}-\d{2}-\d{2}", "week": r"(\d{4})-W(\d{2})", "month": r"(\d{4})-(\d{2})"}


@dataclass(frozen=True, slots=True)
class Owed:
    """A summary that is owed since `due_at`."""

    plan: Plan
    span: Span
    due_at: datetime

    @property
    def period(self) -> str:
        """Name its period for machines."""
        return name_of(self.plan, self.span)


def span_at(plan: Plan, day: date) -> Span:
    """Give the period of a plan that a day belongs to."""
    if plan.period == "day":
        return Span(day, day)
    if plan.period == "week":
        first = day - ONE_DAY * day.weekday()
        return Span(first, first + WEEK - ONE_DAY)
    first = day.replace(day=1)
    return Span(first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY)


def days_before(plan: Plan, span: Span) -> Span:
    """Give the days that a period is compared with: seven days, or the month before."""
    if plan.period == "month":
        return span_at(plan, span.first - ONE_DAY)
    return Span(span.first - WEEK, span.first - ONE_DAY)


def name_of(plan: Plan, span: Span) -> str:
    """Name a period for machines: `2023-06-20`, `2023-W25`, `2023-06`."""
    names = {"day": span.first.isoformat(), "week": f"{span.first:%G-W%V}", "month": f"{span.first:%Y-%m}"}
    return names[plan.period]


def due_at(plan: Plan, span: Span, calendar: WorkCalendar) -> datetime:
    """Give the instant at which the summary of a period is owed."""
    day = calendar.add_workdays(span.last, plan.workday) if plan.workday else span.last + ONE_DAY
    return at_local(day, plan.at.hour, plan.at.minute)


def owed(plan: Plan, now: datetime, calendar: WorkCalendar, known: Iterable[str]) -> list[Owed]:
    """List what is owed of a plan, the oldest first, but for the periods that are known."""
    compiled = set(known)
    past = [one for one in _periods(plan, now, calendar) if one.due_at <= now][: plan.make_up]
    return [one for one in reversed(past) if one.period not in compiled]


def next_due(plans: Iterable[Plan], now: datetime, calendar: WorkCalendar) -> datetime:
    """Give the next instant at which anything will be owed."""
    ahead = (one.due_at for plan in plans for one in _periods(plan, now, calendar) if one.due_at > now)
    return min(ahead)


def _periods(plan: Plan, now: datetime, calendar: WorkCalendar) -> Iterator[Owed]:
    """Go back from the present period; that of the last month may not be owed yet in a month of many days off."""
    span = span_at(plan, local_date(now))
    for _ in range(plan.make_up + 2):
        yield Owed(plan, span, due_at(plan, span, calendar))
        span = span_at(plan, span.first - ONE_DAY)


def read_plan(said: str) -> Plan:
    """Read a kind of summary.

    Raises:
        Invalid: There is none such.
    """
    rules = summary_rules()
    plan = rules.plan(said)
    if plan is None:
        known = "、".join(one.kind for one in rules.schedule)
        raise Invalid(f"没有汇总类型 {said}，可用：{known}", code="summary.kind_unknown", field="kind")
    return plan


def read_period(plan: Plan, said: str, today: date) -> Span:
    """Read the name of a period that has begun.

    Raises:
        Invalid: It is no name of a period of this plan, or the period lies ahead.
    """
    try:
        first = _first(plan, said)
    except ValueError as error:
        message = f"period 的取值 {said} 无效，请写成 {EXAMPLES[plan.period]}"
        raise Invalid(message, code="summary.period_invalid", field="period") from error
    if first > today:
        message = f"period {said} 还没有开始（今天是 {today}），请改为今天及以前的周期"
        raise Invalid(message, code="summary.period_ahead", field="period")
    return span_at(plan, first)


def _first(plan: Plan, said: str) -> date:
    found = re.fullmatch(_PATTERNS[plan.period], said)
    if found is None:
        raise ValueError(said)
    if plan.period == "day":
        return date.fromisoformat(said)
    year, number = int(found[1]), int(found[2])
    return date.fromisocalendar(year, number, 1) if plan.period == "week" else date(year, number, 1)
