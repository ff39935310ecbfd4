"""The figures of ratings for a summary."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.metrics.rates import repository_units
from services.metrics.rates import service as rating_rates
from services.metrics.rates.domain import Figure, Group
from services.metrics.rates.service import Answer, Asked
from services.metrics.statistics import service as monthly
from services.metrics.statistics.domain import Month, whole
from services.metrics.statistics.service import Statistics
from services.metrics.summaries import repository_ratings
from services.metrics.summaries.domain import Plan, Span, rate_figure, summary_rules
from services.metrics.summaries.domain_due import days_before, name_of
from shared.clock import local_date
from shared.events.feed_summaries import RatingFigures, RatingSource, RatingUnit, RectifiedFigures

BAD = "ratings.dissatisfaction"


def rating_figures(connection: Connection, plan: Plan, span: Span, as_of: datetime) -> RatingFigures:
    """Count the ratings of a month, by what was told until `as_of`."""
    found = monthly.statistics(connection, name_of(plan, span), as_of, as_of)
    answers = {rate: _answer(connection, rate, span, as_of) for rate in {*plan.rates, *plan.unit_rates, BAD}}
    sources = tuple(_sources(found, repository_ratings.uploads(connection, span, as_of)))
    return RatingFigures(
        ratings=found.total.ratings,
        before=repository_ratings.count_ratings(connection, days_before(plan, span), as_of),
        default=found.total.default,
        bad=answers[BAD].whole.numerator,
        days=(min(span.last, local_date(as_of)) - span.first).days + 1,
        late_hours=summary_rules().ratings.late_hours,
        by_level=found.total.by("level"),
        by_channel=found.total.by("channel"),
        complete=sum(one.complete for one in sources),
        late=_late(found.total),
        delay_median=found.total.delay(50),
        delay_p95=found.total.delay(95),
        rectified=RectifiedFigures(**asdict(found.total.rectified)),
        rates=tuple(rate_figure(answers[rate].whole) for rate in plan.rates),
        sources=sources,
        units=tuple(_units(found, plan, answers, repository_units.units(connection, as_of).by_code)),
    )


def _answer(connection: Connection, rate: str, span: Span, as_of: datetime) -> Answer:
    asked = Asked(rate, "unit", as_of, first=span.first, last=span.last, as_of=as_of)
    return rating_rates.answer(connection, asked)


def _late(month: Month) -> int:
    limit = summary_rules().ratings.late_hours * 3600
    return sum(number for seconds, number in month.delays.items() if seconds > limit)


def _sources(found: Statistics, uploads: Iterable[Any]) -> Iterator[RatingSource]:
    months: dict[str, list[Month]] = defaultdict(list)
    for line, month in found.lines.items():
        months[line.source_id].append(month)
    for one in uploads:
        month = whole(months[one.source_id])
        yield RatingSource(
            source_id=one.source_id,
            ratings=month.ratings,
            default=month.default,
            days=one.days,
            complete=one.complete,
            late=_late(month),
            delay_median=month.delay(50),
            delay_p95=month.delay(95),
        )


def _units(
    found: Statistics, plan: Plan, answers: Mapping[str, Answer], units: Mapping[str, str]
) -> Iterator[RatingUnit]:
    """Give every unit with anything to say, by id."""
    months: dict[str, list[Month]] = defaultdict(list)
    for line, month in found.lines.items():
        months[units.get(line.unit_code, line.unit_code)].append(month)
    for unit in sorted(months, key=lambda one: (not one, one)):
        month = whole(months[unit])
        yield RatingUnit(
            unit_id=unit,
            ratings=month.ratings,
            default=month.default,
            bad=_of_unit(answers[BAD], unit).numerator,
            rectified=RectifiedFigures(**asdict(month.rectified)),
            rates=tuple(rate_figure(_of_unit(answers[rate], unit)) for rate in plan.unit_rates),
        )


def _of_unit(answer: Answer, unit: str) -> Figure:
    return answer.figures.get(Group(unit, "")) or Figure(answer.in_force)
