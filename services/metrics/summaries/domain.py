"""What all summaries share: their rules as data, spans of days, rates as figures, and a size that an event may have.

Invariant: pure; the file of rules is their only place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.metrics.domain import Standing
from services.metrics.rates.domain import Figure, Level
from shared.events.feed_summaries import FeedSummaryCompiled, FeedSummaryKind, RateFigure, Why

TABLE = Path(__file__).with_name("summaries.json")
MOST_BYTES = 64 * 1024  # Of a summary as an event.
WHY: Mapping[Standing, Why] = {
    Standing.MEASURED: "measured",
    Standing.INSUFFICIENT: "insufficient",
    Standing.NOTHING: "nothing",
    Standing.INCONSISTENT: "inconsistent",
}


class Part(BaseModel):
    """A part of the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plan(Part):
    """When a kind is compiled, and which rates it has.

    Attributes:
        workday: 0 for the day after the period, whatever day that is; else the so-manieth working day after it.
        at: Time of that day in Shanghai.
        make_up: How many periods back it is still compiled after a time when nothing ran.
        unit_rates: Rates that it has for each unit as well.
        compare_rates: Whether it has the rates of the days before too.
    """

    kind: FeedSummaryKind
    title: str
    period: Literal["day", "week", "month"]
    workday: int = Field(ge=0, le=20)
    at: time
    make_up: int = Field(ge=1, le=60)
    rates: tuple[str, ...]
    unit_rates: tuple[str, ...]
    compare_rates: bool = False


class Surge(Part):
    """A category surges with at least `minimum` orders and `times` its daily mean of the days before."""

    times: int = Field(ge=2)
    minimum: int = Field(ge=1)


class Frequent(Part):
    """A matter is frequent when one caller brought it up `minimum` times within `days` days."""

    minimum: int = Field(ge=2)
    days: int = Field(ge=1, le=366)


class HotlineRules(Part):
    """Limits of the summaries of orders; `most` rows of categories, regions and matters."""

    near_hours: int = Field(ge=1)
    bad_levels: tuple[Level, ...]
    surge: Surge
    frequent: Frequent
    most: int = Field(ge=1, le=100)


class RatingRules(Part):
    """A rating that arrives more than `late_hours` after it was given was uploaded late."""

    late_hours: int = Field(ge=1)


class SummaryRules(Part):
    """The rules of summaries; one that is compiled `late_minutes` after its time says so."""

    version: int
    late_minutes: int = Field(ge=1)
    schedule: tuple[Plan, ...]
    hotline: HotlineRules
    ratings: RatingRules

    def plan(self, kind: str) -> Plan | None:
        """Give the plan of a kind; None where there is no such kind."""
        return next((one for one in self.schedule if one.kind == kind), None)


@cache
def summary_rules() -> SummaryRules:
    """Read the rules."""
    return SummaryRules.model_validate(json.loads(TABLE.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Span:
    """Shanghai days, the first and the last of which belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def covers(self, day: date) -> bool:
        """Tell whether a day belongs to it."""
        return self.first <= day <= self.last

    def windows(self, days: int) -> "list[Span]":
        """Cut it into spans of so many days at most."""
        step = timedelta(days=1)
        firsts = [self.first + step * begin for begin in range(0, self.days, days)]
        return [Span(first, min(first + step * (days - 1), self.last)) for first in firsts]


def rate_figure(figure: Figure) -> RateFigure:
    """Give a rate as summaries have it."""
    return RateFigure(
        rate=figure.in_force.rule.rate,
        version=figure.in_force.rule.version,
        numerator=figure.numerator,
        denominator=figure.denominator,
        excluded=sum(one.count for one in figure.exclusions.values()),
        minimum=figure.in_force.rule.minimum,
        value=figure.value,
        why=WHY[figure.standing],
    )


def fit(summary: FeedSummaryCompiled, most: int = MOST_BYTES) -> FeedSummaryCompiled:
    """Leave out the units with the fewest facts until the summary has at most `most` bytes; the sums stay true."""
    field = "hotline" if summary.hotline is not None else "ratings"
    part: Any = getattr(summary, field)
    while (size := _size(summary)) > most and part.units:
        each = max(len(one.model_dump_json(exclude_none=True)) + 1 for one in part.units)
        drop = min(max((size - most) // each, 1), len(part.units))
        kept = sorted(part.units, key=_facts_of, reverse=True)[: len(part.units) - drop]
        left_out = dict(part.left_out) | {"units": part.left_out.get("units", 0) + drop}
        part = part.model_copy(
            update={"units": tuple(one for one in part.units if one in kept), "left_out": left_out}
        )
        summary = summary.model_copy(update={field: part})
    return summary


def _facts_of(unit: Any) -> int:  # noqa: ANN401 - a row of either part.
    return int(getattr(unit, "orders", 0) or getattr(unit, "ratings", 0))


def _size(summary: FeedSummaryCompiled) -> int:
    return len(summary.model_dump_json(exclude_none=True).encode())
