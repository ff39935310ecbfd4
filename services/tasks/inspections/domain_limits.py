"""How often a unit may be inspected 频次控制, and the other limits of inspections, as versioned data in `limits.json`.

Twice a year is our default; 政府督查工作条例 asks for strict control and leaves the number to each government.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Conflict, Invalid

Count = Annotated[int, Field(ge=1)]


class InspectionLimits(BaseModel):
    """The limits of one version; a number that is null does not limit.

    Attributes:
        follow_ups_count: Whether a 回头看 counts as an inspection of its own.
        feedback_workdays: 工作日 in which the units answer a conclusion.
        objection_days: Natural days in which they may object; `review_days` those for the review.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Count
    per_year: Count | None
    per_quarter: Count | None
    follow_ups_count: bool
    feedback_workdays: Count
    objection_days: Count
    review_days: Count


@dataclass(frozen=True, slots=True)
class Excess:
    """A unit that would be inspected more often than its limit allows."""

    unit_id: str
    period: str
    limit: int
    times: int


def excesses(
    limits: InspectionLimits, others: Mapping[str, Sequence[date]], starts_on: date
) -> tuple[Excess, ...]:
    """Name the units for which one more inspection would be too many.

    Args:
        limits: The limits.
        others: First days of the other inspections that count, by unit.
        starts_on: The first day of the one that is to be approved.
    """
    periods = (("year", limits.per_year), ("quarter", limits.per_quarter))
    return tuple(
        Excess(unit, period, limit, times)
        for unit, days in others.items()
        for period, limit in periods
        if limit is not None
        and (times := 1 + sum(_period(day, period) == _period(starts_on, period) for day in days)) > limit
    )


def _period(day: date, period: str) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 if period == "quarter" else 0


def check_frequency(found: Sequence[Excess], *, override_by_name: str, override_reason: str) -> None:
    """Pass when nobody is inspected too often, or a named leader lets it be all the same.

    Raises:
        Conflict: A unit would be, and no leader and reason are named.
        Invalid: A leader overrides without a reason, or where nothing is to be overridden.
    """
    named, reasoned = bool(override_by_name.strip()), bool(override_reason.strip())
    if named != reasoned or (named and not found):
        message = "突破频次须同时写明批准领导（override_by_name）和理由（override_reason），未超频次则不填"
        raise Invalid(message, code="inspection.override", field="override_by_name")
    if found and not named:
        first = found[0]
        word = {"year": "年", "quarter": "季"}[first.period]
        message = (
            f"单位 {first.unit_id} 本{word}将被督查 {first.times} 次，超过每{word} {first.limit} 次的限制；"
            "确需开展须由领导批准并写明理由"
        )
        units = sorted({one.unit_id for one in found})
        raise Conflict(message, code="inspection.too_often", field="units", units=units)


def read_limits(text: str) -> InspectionLimits:
    """Read limits from JSON.

    Raises:
        Invalid: The text holds none.
    """
    try:
        return InspectionLimits.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(f"督查频次规则无法读取：{error}", code="inspection_limits.invalid") from error


@cache
def shipped_limits() -> InspectionLimits:
    """Give the limits that come with the package."""
    return read_limits(resources.files(__package__).joinpath("limits.json").read_text("utf-8"))
