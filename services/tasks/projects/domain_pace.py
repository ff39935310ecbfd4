"""Pace 序时进度 of investment: the plan line of a year against what is completed, and the warning of a lag.

Invariant: amounts are 亿元; every share keeps its numerator and denominator. The margin of the warning is ours
(`rules.json`): no plan names one.
"""

from calendar import isleap, monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.tasks.projects.domain_amounts import PLACES, ZERO, Share
from shared.errors import Invalid

FINE = Decimal(1).scaleb(-PLACES)


class LagRule(BaseModel):
    """When a lag is warned of: behind by more than the margin in so many weekly readings running.

    Attributes:
        margin_points: In points of % of the plan of the year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)]
    margin_points: Annotated[Decimal, Field(ge=0, le=100)]
    weeks: Annotated[int, Field(ge=1, le=52)]


def read_rule(text: str) -> LagRule:
    """Read the rule from JSON.

    Raises:
        Invalid: The text holds none.
    """
    try:
        return LagRule.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(f"序时进度预警规则无法读取：{error}", code="project_rules.invalid") from error


@cache
def shipped_rule() -> LagRule:
    """Give the rule that comes with the package."""
    return read_rule(resources.files(__package__).joinpath("rules.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The plan of a year as it holds since a day; `months` are running totals, or nothing for a straight line."""

    year: int
    since: date
    annual: Decimal
    months: tuple[Decimal, ...] = ()

    def planned(self, on: date) -> Decimal:
        """Give what should be completed by the end of the day `on`."""
        if not self.months:
            days = 366 if isleap(on.year) else 365
            return (self.annual * on.timetuple().tm_yday / days).quantize(FINE, ROUND_HALF_UP)
        begun = self.months[on.month - 2] if on.month > 1 else ZERO
        grows = self.months[on.month - 1] - begun
        return (begun + grows * on.day / monthrange(on.year, on.month)[1]).quantize(FINE, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a project, or several, stands at the end of a day.

    Attributes:
        ahead: Completed less planned; negative when behind.
        points: The same in points of % of the plan of the year.
    """

    on: date
    annual: Decimal
    planned: Decimal
    completed: Decimal

    @property
    def ahead(self) -> Decimal:
        """Completed less planned, in 亿元."""
        return self.completed - self.planned

    @property
    def points(self) -> Decimal:
        """The same in points of %; 0 where nothing is planned for the year."""
        return Share(self.ahead, self.annual).percent or ZERO


def line_on(lines: Sequence[PlanLine], on: date) -> PlanLine | None:
    """Give the line that held on a day: the last one set until then, else the first of the year."""
    of_year = sorted((line for line in lines if line.year == on.year), key=lambda line: line.since)
    held = [line for line in of_year if line.since <= on] or of_year[:1]
    return held[-1] if held else None


def completed_on(reports: Mapping[date, Decimal], on: date) -> tuple[date | None, Decimal]:
    """Give the last report of the year until a day, with its day: what was completed since 1 January."""
    days = [day for day in reports if day.year == on.year and day <= on]
    return (max(days), reports[max(days)]) if days else (None, ZERO)


def read_pace(lines: Sequence[PlanLine], reports: Mapping[date, Decimal], on: date) -> Reading | None:
    """Read how a project stands at the end of a day; None where it has no plan for that year."""
    line = line_on(lines, on)
    if line is None:
        return None
    return Reading(on, line.annual, line.planned(on), completed_on(reports, on)[1])


def weekly(
    lines: Sequence[PlanLine], reports: Mapping[date, Decimal], on: date, rule: LagRule
) -> list[Reading]:
    """Read the last weeks that the rule looks at, the latest first; none before the year or the list began."""
    days = [on - timedelta(weeks=week) for week in range(rule.weeks)]
    readings = (read_pace(lines, reports, day) for day in days if day.year == on.year)
    return [reading for reading in readings if reading is not None]


def is_lagging(readings: Sequence[Reading], rule: LagRule) -> bool:
    """Tell whether all the weeks that the rule looks at were behind by more than its margin."""
    behind = [reading for reading in readings if -reading.points > rule.margin_points]
    return len(behind) == rule.weeks


def last_week(today: date) -> tuple[str, date]:
    """Give the ISO week that was over last before a day, as `2023-W25`, with its last day, a Sunday."""
    sunday = today - timedelta(days=today.isoweekday())
    year, week, _ = sunday.isocalendar()
    return f"{year}-W{week:02}", sunday


def in_all(readings: Iterable[Reading], on: date) -> Reading:
    """Add the readings of several projects."""
    listed = list(readings)
    sums = [sum((getattr(one, name) for one in listed), ZERO) for name in ("annual", "planned", "completed")]
    return Reading(on, *sums)


def check_report(on: date, completed: Decimal, reports: Mapping[date, Decimal], today: date) -> None:
    """Pass when a report fits the others of its year: what is completed never falls.

    Raises:
        Invalid: The day lies in the future, or another report contradicts.
    """
    if on > today:
        message = f"日期 {on} 晚于今天（{today}），不能预报完成投资"
        raise Invalid(message, code="project.report_later", field="on")
    for day, amount in sorted(reports.items()):
        if day.year == on.year and ((day < on and amount > completed) or (day > on and amount < completed)):
            message = (
                f"{on} 累计完成 {completed} 与 {day} 的 {amount} 矛盾（累计数不能减少），请先更正该日数据"
            )
            raise Invalid(message, code="project.report_falls", field="completed", day=day.isoformat())
