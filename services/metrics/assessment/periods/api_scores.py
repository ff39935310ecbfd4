"""The inner HTTP API of scores: who stands where, each score with its lines, and the facts behind a line."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from services.metrics.assessment.api_parts import Tools, seen_unit
from services.metrics.assessment.periods import reports, repository, service_explaining
from services.metrics.assessment.periods.reports import Report
from services.metrics.assessment.periods.service_cases import line_of
from services.metrics.assessment.periods.service_explaining import Behind, Explained, Wanted
from services.metrics.assessment.scoring.domain import ROUNDING
from services.metrics.assessment.scoring.domain_ranks import WHY, Rank
from services.metrics.assessment.scoring.domain_scores import STANDINGS, Line, Score
from services.metrics.assessment.scoring.domain_words import line_words, rule_words
from services.metrics.permissions import Check
from shared.paging_http import Linking
from shared.principal import Principal

MOST_ROWS = 500
FILES = {"docx": reports.write_docx, "xlsx": reports.write_xlsx}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ScoreView(BaseModel):
    """A score with its rank; `why_unranked` says why it has none."""

    unit: str
    unit_name: str
    class_code: str
    total: Decimal | None
    out_of: Decimal
    percent: Decimal | None
    short: bool
    rank: int | None
    ranked: int
    why_unranked: str

    @classmethod
    def of(cls, one: Score, rank: Rank, name: str) -> "ScoreView":
        """Show a score."""
        return cls(
            unit=one.unit_id,
            unit_name=name,
            class_code=one.class_code,
            total=one.total,
            out_of=one.out_of,
            percent=one.percent,
            short=one.short,
            rank=rank.rank,
            ranked=rank.of,
            why_unranked=WHY[rank.why] if rank.why else "",
        )


class ScoresView(BaseModel):
    """The scores of a run, class by class, the best first."""

    period: str
    run: int
    items: list[ScoreView]


class LineView(BaseModel):
    """A line: its rule, what was measured, its points, and where the facts are to be found."""

    code: str
    kind: str
    name: str
    rule: str
    explanation: str
    standing: str
    standing_title: str
    weight: Decimal
    effective: Decimal
    share: Decimal
    cases: int
    each: Decimal
    points: Decimal
    reading: dict[str, Any] | None
    rows: dict[str, str]

    @classmethod
    def of(cls, line: Line, found: Explained) -> "LineView":
        """Show a line."""
        read = line.reading
        is_own = read is not None
        rule = rule_words(line_of(found.version.scheme, line.code)) if is_own else line.name
        base = f"/assessment/periods/{found.period.period_id}/scores/{found.score.unit_id}"
        where = f"{base}/lines/{line.code}/rows?run={found.run.number}"
        parts = ("numerator", "denominator", "excluded") if is_own else ()
        shown = line.model_dump(mode="json", exclude={"reading"})
        return cls(
            **shown,
            rule=rule,
            explanation=line_words(line),
            standing_title=STANDINGS[line.standing],
            reading=read.model_dump(mode="json") if read else None,
            rows={part: f"{where}&part={part}" for part in parts},
        )


class ExplanationView(BaseModel):
    """A score explained: the points of its lines add up to the total."""

    period: str
    run: int
    scheme: str
    scheme_version: int
    as_of: datetime
    archive_position: int
    archive_hash: str
    digest: str
    rounding: str = ROUNDING
    score: ScoreView
    lines: list[LineView]


class FactView(BaseModel):
    """A fact behind a line, with the event that told it: `sequence` nought is found by its subject."""

    subject: str
    part: str
    reason: str
    told_at: datetime
    stream: str
    sequence: int


class FactsView(BaseModel):
    """A page of facts, longer where its last subject has several; the next begins behind `after`, null for no more."""

    period: str
    run: int
    unit: str
    line: str
    measure: str
    version: int
    left_out: dict[str, str]
    items: list[FactView]
    after: str | None


class RowsQuery(BaseModel):
    """Which facts."""

    part: Literal["numerator", "denominator", "excluded"] = "numerator"
    run: int | None = None
    after: str = ""
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve the scores of a period, to those whom `check` lets in; people of a unit see their own."""
    router = APIRouter(prefix="/assessment/periods/{period}/scores")

    @router.get("")
    async def scores(
        period: str, who: Annotated[Principal, Depends(check)], run: int | None = None
    ) -> ScoresView:
        own = seen_unit(who, None)
        return await tools.db.look(lambda connection: _scores(connection, period, run, own))

    @router.get("/{unit}")
    async def explanation(
        period: str, unit: str, who: Annotated[Principal, Depends(check)], run: int | None = None
    ) -> ExplanationView:
        seen_unit(who, unit)
        found = await tools.db.look(
            lambda connection: service_explaining.explain(connection, period, run, unit)
        )
        return _explanation(found)

    @router.get("/{unit}/lines/{line}/rows")
    async def rows(  # noqa: PLR0913 - three say where the rows are.
        period: str,
        unit: str,
        line: str,
        *,
        linking: Annotated[Linking, Depends()],
        who: Annotated[Principal, Depends(check)],
        query: Annotated[RowsQuery, Query()],
    ) -> FactsView:
        seen_unit(who, unit)
        wanted = Wanted(line, query.part, (query.after, query.limit))

        def work(connection: Connection) -> Behind:
            found = service_explaining.explain(connection, period, query.run, unit)
            return service_explaining.rows_behind(connection, tools.measures, found, wanted)

        shown = _facts(await tools.db.look(work), query.limit)
        linking.tell(shown.after)
        return shown

    _add_files(router, tools, check)
    return router


def _add_files(router: APIRouter, tools: Tools, check: Check) -> None:
    async def written(period: str, unit: str, kind: str, who: Principal) -> Response:
        seen_unit(who, unit)

        def work(connection: Connection) -> Report:
            found = service_explaining.explain(connection, period, None, unit)
            return reports.gather(connection, tools.measures, found)

        report = await tools.db.look(work)
        content = await asyncio.to_thread(FILES[kind], report)
        name = quote(f"考核得分说明（{report.unit}，{report.period}）.{kind}")
        headers = {"content-disposition": f"attachment; filename=\"score.{kind}\"; filename*=UTF-8''{name}"}
        return Response(content, media_type=TYPES[kind], headers=headers)

    @router.get("/{unit}/report.docx")
    async def docx(period: str, unit: str, who: Annotated[Principal, Depends(check)]) -> Response:
        return await written(period, unit, "docx", who)

    @router.get("/{unit}/report.xlsx")
    async def xlsx(period: str, unit: str, who: Annotated[Principal, Depends(check)]) -> Response:
        return await written(period, unit, "xlsx", who)


def _scores(connection: Connection, period: str, run: int | None, own: str | None) -> ScoresView:
    row = repository.period(connection, period)
    held = repository.run(connection, period, row.run if run is None else run)
    names = {body.unit_id: body.name for body in repository.bodies(connection)}
    found = [
        ScoreView.of(one, rank, names.get(unit, unit))
        for unit, (one, rank) in repository.scores(connection, period, held.number).items()
        if own in {None, unit}
    ]
    found.sort(key=lambda one: (one.class_code, one.percent is None, -(one.percent or 0), one.unit))
    return ScoresView(period=period, run=held.number, items=found)


def _explanation(found: Explained) -> ExplanationView:
    run = found.run
    return ExplanationView(
        period=found.period.period_id,
        run=run.number,
        scheme=found.version.scheme.scheme,
        scheme_version=found.version.version,
        as_of=run.as_of,
        archive_position=run.archive_position,
        archive_hash=run.archive_hash,
        digest=run.digest,
        score=ScoreView.of(found.score, found.rank, found.name),
        lines=[LineView.of(line, found) for line in found.score.lines],
    )


def _facts(found: Behind, limit: int) -> FactsView:
    read = found.line.reading
    assert read is not None  # noqa: S101 - a line without one was refused.
    return FactsView(
        period=found.explained.period.period_id,
        run=found.explained.run.number,
        unit=found.explained.score.unit_id,
        line=found.line.code,
        measure=read.measure,
        version=read.version,
        left_out=read.left_out,
        items=[FactView.model_validate(row, from_attributes=True) for row in found.rows],
        after=found.rows[-1].subject if len(found.rows) >= limit else None,
    )
