"""From a rank to the events behind it in two steps: a score with its lines, and the facts behind a line.

Invariant: a line is explained as it was counted: with the scheme, the instant and the exemptions of its run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from services.metrics.assessment.periods import counting, repository, repository_cases
from services.metrics.assessment.periods.domain import span_of
from services.metrics.assessment.periods.service_cases import line_of
from services.metrics.assessment.ports import Measures
from services.metrics.assessment.ports import Part as RowsPart
from services.metrics.assessment.schemes import repository as schemes
from services.metrics.assessment.schemes.domain import ObservationSource, Part, QuartersSource
from services.metrics.assessment.schemes.repository import SchemeVersion
from services.metrics.assessment.scoring.domain_ranks import Rank
from services.metrics.assessment.scoring.domain_scores import Line, Score
from services.metrics.measuring.domain import MeasuredRow
from shared.errors import NotFound

ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True)
class Explained:
    """A score with everything that it stands on."""

    period: Row[Any]
    run: Row[Any]
    version: SchemeVersion
    name: str
    score: Score
    rank: Rank


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a score are asked for; `page` is the subject behind which they begin and how many."""

    line: str
    part: RowsPart
    page: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of rows behind a line."""

    explained: Explained
    line: Line
    rows: Sequence[MeasuredRow]


def explain(connection: Connection, period: str, run: int | None, unit: str) -> Explained:
    """Explain the score of a unit, in the run that counts or in another.

    Raises:
        NotFound: There is no such period or run, or the unit has no score in it.
    """
    row = repository.period(connection, period)
    held = repository.run(connection, period, row.run if run is None else run)
    found = repository.scores(connection, period, held.number).get(unit)
    if found is None:
        message = f"单位 {unit} 在周期 {period} 第 {held.number} 次计分中没有得分"
        raise NotFound(message, code="score.unknown", field="unit")
    names = {body.unit_id: body.name for body in repository.bodies(connection)}
    version = schemes.numbered(connection, row.scheme, held.scheme_version)
    return Explained(row, held, version, names.get(unit, unit), *found)


def rows_behind(connection: Connection, measures: Measures, explained: Explained, wanted: Wanted) -> Behind:
    """List the facts behind a line.

    Raises:
        NotFound: The score has no such line, or no facts stand behind it.
    """
    line = next((one for one in explained.score.lines if one.code == wanted.line), None)
    if line is None or line.reading is None:
        message = f"得分没有 {wanted.line} 一项，或该项为合计上限调整，没有明细"
        raise NotFound(message, code="line.unknown", field="line")
    rule = line_of(explained.version.scheme, wanted.line)
    run, unit = explained.run, explained.score.unit_id
    made = counting.Setting(explained.version.scheme, span_of(explained.period.label), run.as_of)
    if isinstance(rule, Part) and isinstance(rule.source, ObservationSource | QuartersSource):
        found = list(_own_rows(connection, made, rule, unit))
        return Behind(explained, line, _paged(found, wanted))
    name, scope = counting.scope_of(made, rule, unit, line.reading.left_out)
    rows = measures.rows_behind(connection, name, scope, part=wanted.part, page=wanted.page)
    return Behind(explained, line, rows)


def _own_rows(connection: Connection, made: counting.Setting, rule: Part, unit: str) -> Iterator[MeasuredRow]:
    if isinstance(rule.source, QuartersSource):
        for name, _score in counting.quarters(connection, made, rule.source, unit):
            yield _row(name, made.as_of)
        return
    span = (made.span.first, made.span.last)
    for row in repository_cases.observations(connection, unit, span, made.as_of).items:
        yield _row(f"{row.day.isoformat()}.{row.judge}", row.entered_at, f"{row.points} 分")


def _row(subject: str, told_at: datetime, reason: str = "") -> MeasuredRow:
    """Show what assessment itself told; its events are found by their subjects, so no sequence is named."""
    return MeasuredRow(subject, "numerator", reason, told_at, ASSESSMENT, 0)


def _paged(found: list[MeasuredRow], wanted: Wanted) -> list[MeasuredRow]:
    if wanted.part == "excluded":
        return []
    after, limit = wanted.page
    ordered = sorted(found, key=lambda row: row.subject)
    return [row for row in ordered if row.subject > after][:limit]
