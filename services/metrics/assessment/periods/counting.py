"""Counts the scores of a period on one snapshot: asks the measures for every unit and line, and lets the domain score.

Invariant: nothing is written; the same facts, scheme, exemptions and appeals give the same scores.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection

from services.metrics.assessment.periods import repository, repository_cases
from services.metrics.assessment.periods.domain import Span, period_id
from services.metrics.assessment.ports import Measures
from services.metrics.assessment.schemes.domain import (
    Case,
    MeasureSource,
    ObservationSource,
    Part,
    QuartersSource,
    Scheme,
)
from services.metrics.assessment.scoring.domain import half_up, trimmed_mean
from services.metrics.assessment.scoring.domain_ranks import class_of
from services.metrics.assessment.scoring.domain_scores import Reading, Score, score
from services.metrics.measuring.domain import Measured, Scope

LeftOut = Mapping[str, str]
NONE: LeftOut = {}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a period's scores are counted under.

    Attributes:
        exempted: Subjects that exemptions take out, by unit.
        upheld: Subjects that upheld appeals take out, by unit and line.
    """

    scheme: Scheme
    span: Span
    as_of: datetime
    exempted: Mapping[str, LeftOut] = field(default_factory=dict)
    upheld: Mapping[tuple[str, str], LeftOut] = field(default_factory=dict)


def setting(connection: Connection, scheme: Scheme, span: Span, as_of: datetime) -> Setting:
    """Gather what a period's scores are counted under, as of an instant (business time)."""
    return Setting(
        scheme,
        span,
        as_of,
        repository_cases.exempted(connection, as_of),
        repository_cases.upheld(connection, period_id(scheme.scheme, span.label)),
    )


def count(connection: Connection, measures: Measures, made: Setting) -> dict[str, Score]:
    """Score every unit that the scheme scores."""
    found = {}
    for body in repository.bodies(connection, made.as_of):
        if (class_code := class_of(made.scheme, body)) is not None:
            readings = dict(_readings(connection, measures, made, body.unit_id))
            found[body.unit_id] = score(made.scheme, readings, unit_id=body.unit_id, class_code=class_code)
    return found


def _readings(
    connection: Connection, measures: Measures, made: Setting, unit: str
) -> Iterator[tuple[str, Reading]]:
    for line in made.scheme.lines():
        yield line.code, read(connection, measures, made, line, unit)


def read(connection: Connection, measures: Measures, made: Setting, line: Part | Case, unit: str) -> Reading:
    """Measure a line of a unit."""
    if isinstance(line, Part) and isinstance(line.source, ObservationSource):
        return Reading.of(_observed(connection, made, line.source, unit), NONE)
    if isinstance(line, Part) and isinstance(line.source, QuartersSource):
        return Reading.of(_quarters(connection, made, line.source, unit), NONE)
    name, plan = _asked(line)
    left_out = left_out_of(made, line, unit)
    return Reading.of(measures.measure(connection, name, _scope(made, unit, plan, left_out)), left_out)


def _asked(line: Part | Case) -> tuple[str, str | None]:
    if isinstance(line, Case):
        return line.measure, line.plan_id
    assert isinstance(line.source, MeasureSource)  # noqa: S101 - the other sources are read before.
    return line.source.measure, line.source.plan_id


def scope_of(made: Setting, line: Part | Case, unit: str, left_out: LeftOut) -> tuple[str, Scope]:
    """Give the measure behind a line, and what it is asked."""
    name, plan = _asked(line)
    return name, _scope(made, unit, plan, left_out)


def _scope(made: Setting, unit: str, plan: str | None, left_out: LeftOut) -> Scope:
    span = made.span
    return Scope(
        as_of=made.as_of,
        unit_id=unit,
        plan_id=plan,
        first=span.first,
        last=span.last,
        left_out=left_out,
    )


def left_out_of(made: Setting, line: Part | Case, unit: str) -> dict[str, str]:
    """Give what is taken out of a line: by exemption from deductions and from parts that say so, and by appeal."""
    is_exempt = line.exempt if isinstance(line, Part) else line.points < 0
    exempted = made.exempted.get(unit, NONE) if is_exempt else NONE
    return {**exempted, **made.upheld.get((unit, line.code), NONE)}


def _observed(connection: Connection, made: Setting, source: ObservationSource, unit: str) -> Measured:
    """Give the mean of the judges' scores of the period's observation days."""
    span = (made.span.first, made.span.last)
    rows = repository_cases.observations(connection, unit, span, made.as_of).items
    points = [Decimal(row.points) for row in rows]
    enough = len(points) >= source.judges
    trimmed = source.trimmed if enough else 0
    return _made(
        "observation",
        trimmed_mean(points, trimmed) if enough else None,
        used=len(points) - 2 * trimmed,
        there=len(points),
        minimum=source.judges,
        exclusions={"trimmed": 2 * trimmed} if trimmed else {},
    )


def _quarters(connection: Connection, made: Setting, source: QuartersSource, unit: str) -> Measured:
    """Give the mean of the year's final quarterly scores of a unit, out of a hundred."""
    percents = [
        one.percent for _name, one in quarters(connection, made, source, unit) if one.percent is not None
    ]
    mean = half_up(sum(map(Fraction, percents), Fraction(0)) / len(percents)) if percents else None
    enough = len(percents) >= source.quarters
    return _made(
        "quarters",
        mean if enough else None,
        used=len(percents),
        there=len(percents),
        minimum=source.quarters,
        exclusions={},
    )


def quarters(
    connection: Connection, made: Setting, source: QuartersSource, unit: str
) -> Iterator[tuple[str, Score]]:
    """Give the scores of a unit in the final quarters of the year, each with the name of its period."""
    for row in reversed(repository.periods(connection, source.scheme).items):
        is_meant = row.kind == "quarter" and row.state == "final" and row.final_at <= made.as_of
        if is_meant and row.first.year == made.span.year:
            found = repository.scores(connection, row.period_id, row.run).get(unit)
            if found is not None:
                yield row.period_id, found[0]


def _made(  # noqa: PLR0913 - the fields of what is made.
    name: str,
    value: Decimal | None,
    *,
    used: int,
    there: int,
    minimum: int,
    exclusions: Mapping[str, int],
) -> Measured:
    why = "已测量" if value is not None else "样本不足" if there else "没有数据"
    return Measured(name, 1, "分", value, why, used, there, minimum, exclusions)
