"""Rates of ratings where others show them: gauges, indicators and summaries; by the rule in force, as everywhere.

Invariant: there is no second definition: what is left out, and how a value is rounded, is the rule's alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from services.metrics.domain import Rate, RatingCell
from services.metrics.rates.domain import Cell, Figure, Group, tally, total
from services.metrics.rates.functions import RatingSort, function_of
from services.metrics.rates.questions import Question
from services.metrics.rates.repository import corrections, rating_cells
from services.metrics.rates.repository_rules import rule_in_force
from services.metrics.rates.service import Asked, answer
from shared.errors import Unavailable

SATISFACTION, DISSATISFACTION, ACTIVITY = (
    "ratings.satisfaction",
    "ratings.dissatisfaction",
    "ratings.activity",
)


@dataclass(frozen=True, slots=True)
class Rated:
    """What the ratings of all times come to.

    Attributes:
        satisfaction: 满意率 by code of the unit; None where it may not be read.
        whole: Rates over all units, by name; one that can't be counted now is absent.
    """

    satisfaction: Mapping[str, Decimal | None] = field(default_factory=dict)
    whole: Mapping[str, Rate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InSpan:
    """Ratings of which days, and of which unit by its id or code; None does not restrict."""

    unit: str | None = None
    first: date | None = None
    last: date | None = None


def rated(connection: Connection, cells: Sequence[RatingCell], now: datetime) -> Rated:
    """Rate all ratings, from counts that are kept up while ratings come by the thousand."""
    counted = _counted(connection, cells, now)
    found = _by_code(connection, SATISFACTION, counted, now)
    whole = {SATISFACTION: as_rate(total(found, rule_in_force(connection, SATISFACTION, now)), now)}
    rule = rule_in_force(connection, ACTIVITY, now)
    try:
        if rule.rule.denominator == "services":
            whole[ACTIVITY] = as_rate(answer(connection, Asked(ACTIVITY, "unit", now)).whole, now)
        else:
            whole[ACTIVITY] = as_rate(total(_by_code(connection, ACTIVITY, counted, now), rule), now)
    except Unavailable:  # Too many services are still to be counted.
        pass
    return Rated({group.unit: figure.value for group, figure in found.items()}, whole)


def rates_in(connection: Connection, span: InSpan, now: datetime) -> dict[str, Rate]:
    """Give 满意率, 差评率 and 主动评价率 of a span, as the question about each of them is answered."""
    found = {}
    for rate in (SATISFACTION, DISSATISFACTION, ACTIVITY):
        asked = Asked(rate, "unit", now, unit=span.unit, first=span.first, last=span.last)
        found[rate] = as_rate(answer(connection, asked).whole, now)
    return found


def as_rate(figure: Figure, as_of: datetime) -> Rate:
    """Show a figure as other rates are shown."""
    rule = figure.in_force.rule
    return Rate(
        figure.numerator,
        figure.denominator,
        as_of,
        {reason: one.count for reason, one in figure.exclusions.items()},
        minimum=rule.minimum,
        decimals=rule.decimals,
        half_up=rule.rounding == "half_up",
    )


def _by_code(
    connection: Connection, rate: str, counted: Iterable[Cell], now: datetime
) -> dict[Group, Figure]:
    in_force = rule_in_force(connection, rate, now)
    if "additional" in in_force.rule.exclude:  # The counts at hand do not tell these apart.
        counted = rating_cells(connection, Question("unit", now), _of_code)
    return tally(counted, in_force, function_of(in_force.rule).judge)


def _counted(connection: Connection, cells: Iterable[RatingCell], now: datetime) -> list[Cell]:
    """Add up the channels of each unit, and move what does not stand."""
    counts = Counter[tuple[str, int, bool]]()
    for cell in cells:
        counts[cell.unit_code, cell.level, cell.is_default] += cell.count
    plain = [
        Cell(unit, "", RatingSort(level, is_default, additional=False), count)
        for (unit, level, is_default), count in counts.items()
    ]
    return [*plain, *corrections(connection, Question("unit", now), _of_code)]


def _of_code(unit: str, _key: str, _day: date | None) -> tuple[str, str]:
    return unit, ""
