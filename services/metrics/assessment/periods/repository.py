"""Rows of periods: the period itself, its runs and its scores; runs and scores are only ever added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from services.metrics.assessment.periods.domain import Span
from services.metrics.assessment.scoring.domain_ranks import Body, Rank
from services.metrics.assessment.scoring.domain_scores import Score
from services.metrics.models import PeriodRow, RunRow, ScoreRow, Unit
from services.metrics.repository_words import standing
from shared.errors import Conflict, NotFound
from shared.paging import Asked, Page, Sorting, down, up
from shared.tables import CURSORS

SORTING = Sorting("assessment/periods", down(PeriodRow.first), up(PeriodRow.period_id))

Found = Row[Any]
SHOWN = 2  # Periods whose scores monitoring shows: the last one and the one before.


@dataclass(frozen=True, slots=True)
class UnitScore:
    """What a unit has in the run of a period that counts: points out of a hundred."""

    unit_id: str
    period: str
    percent: Decimal


def bodies(connection: Connection, as_of: datetime | None = None) -> list[Body]:
    """Read the units, as they are or were told by an instant, in the order of their ids."""
    rows = connection.execute(select(said := standing(Unit, as_of)).order_by(said.c.unit_id))
    return [Body(row.unit_id, row.name, row.kind, row.collective) for row in rows]


def cursors(connection: Connection) -> dict[str, int]:
    """Read up to which sequence each stream was taken in."""
    return {
        row.stream: row.last_seq for row in connection.execute(select(CURSORS.c.stream, CURSORS.c.last_seq))
    }


def period(connection: Connection, name: str) -> Found:
    """Give a period.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(PeriodRow.__table__).where(PeriodRow.period_id == name)).one_or_none()
    if row is None:
        message = f"没有考核周期 {name}，请先开启，或用 GET /api/v1/assessment/periods 查看"
        raise NotFound(message, code="period.unknown", field="period")
    return row


def periods(connection: Connection, scheme: str | None = None, asked: Asked | None = None) -> Page[Found]:
    """List periods, the latest first: a page, or all."""
    query = select(PeriodRow.__table__)
    query = query if scheme is None else query.where(PeriodRow.scheme == scheme)
    rows = connection.execute(SORTING.page(query, asked))
    return SORTING.cut(rows, asked, lambda row: (row.first, row.period_id))


def period_before(connection: Connection, scheme: str, kind: str, first: date) -> Found | None:
    """Give the last closed period of the same kind before a day."""
    query = (
        select(PeriodRow.__table__)
        .where(
            PeriodRow.scheme == scheme,
            PeriodRow.kind == kind,
            PeriodRow.first < first,
            PeriodRow.state.in_(("closed", "final")),
        )
        .order_by(PeriodRow.first.desc())
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def add_period(
    connection: Connection, name: str, scheme: str, span: Span, opened: tuple[datetime, str]
) -> None:
    """Keep a new period; `opened` is when and by whom.

    Raises:
        Conflict: It is there.
    """
    known = select(func.count()).select_from(PeriodRow).where(PeriodRow.period_id == name)
    if connection.execute(known).scalar_one():
        raise Conflict(f"考核周期 {name} 已经开启", code="period.exists", field="period")
    values: dict[str, object] = {"period_id": name, "scheme": scheme, "label": span.label, "kind": span.kind}
    values |= {"first": span.first, "last": span.last, "state": "open", "run": 0, "revision": 1}
    connection.execute(insert(PeriodRow).values(**values, opened_at=opened[0], opened_by=opened[1]))


def move(connection: Connection, was: Found, **values: object) -> int:
    """Change a period's row, unless another did meanwhile; gives the revision.

    Raises:
        Conflict: It was changed since it was read.
    """
    revision: int = was.revision + 1
    changed = connection.execute(
        update(PeriodRow)
        .where(PeriodRow.period_id == was.period_id, PeriodRow.revision == was.revision)
        .values(revision=revision, **values)
    )
    if changed.rowcount != 1:
        message = f"考核周期 {was.period_id} 刚被他人变更，请刷新后重试"
        raise Conflict(message, code="period.changed", field="period")
    return revision


def add_run(connection: Connection, values: Mapping[str, object]) -> None:
    """Keep a run."""
    connection.execute(insert(RunRow).values(**values))


def next_run(connection: Connection, name: str) -> int:
    """Give the number of a period's next run."""
    query = select(func.max(RunRow.number)).where(RunRow.period_id == name)
    return (connection.execute(query).scalar_one() or 0) + 1


def run(connection: Connection, name: str, number: int) -> Found:
    """Give a run of a period.

    Raises:
        NotFound: There is none.
    """
    query = select(RunRow.__table__).where(RunRow.period_id == name, RunRow.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        message = f"考核周期 {name} 没有第 {number} 次计分，请先预览"
        raise NotFound(message, code="run.unknown", field="run")
    return row


def runs(connection: Connection, name: str) -> list[Found]:
    """List the runs of a period in their order."""
    query = select(RunRow.__table__).where(RunRow.period_id == name).order_by(RunRow.number)
    return list(connection.execute(query))


def add_scores(
    connection: Connection, name: str, number: int, scores: Iterable[Score], ranks: Mapping[str, Rank]
) -> None:
    """Keep the scores of a run with their ranks."""
    rows = [
        {
            "period_id": name,
            "run": number,
            "unit_id": one.unit_id,
            "rank": ranks[one.unit_id].rank,
            "ranked": ranks[one.unit_id].of,
            "from_bottom": ranks[one.unit_id].from_bottom,
            "unranked": ranks[one.unit_id].why,
            "content": one.model_dump(mode="json"),
        }
        for one in scores
    ]
    if rows:
        connection.execute(insert(ScoreRow), rows)


def scores(connection: Connection, name: str, number: int) -> dict[str, tuple[Score, Rank]]:
    """Read the scores of a run with their ranks, by unit."""
    query = select(ScoreRow.__table__).where(ScoreRow.period_id == name, ScoreRow.run == number)
    return {
        row.unit_id: (
            Score.model_validate(row.content),
            Rank(row.rank, row.ranked, row.unranked, row.from_bottom),
        )
        for row in connection.execute(query.order_by(ScoreRow.unit_id))
    }


def standing_scores(connection: Connection) -> list[UnitScore]:
    """Read the scores of the closed or final periods that ended last, by the run that counts; none for no score."""
    closed = PeriodRow.state.in_(("closed", "final"))
    order = (PeriodRow.last.desc(), PeriodRow.first.desc(), PeriodRow.period_id)
    shown = select(PeriodRow.period_id, PeriodRow.run).where(closed).order_by(*order).limit(SHOWN).subquery()
    percent = ScoreRow.content["percent"].as_string()
    query = (
        select(ScoreRow.unit_id, ScoreRow.period_id, percent)
        .join(shown, (ScoreRow.period_id == shown.c.period_id) & (ScoreRow.run == shown.c.run))
        .where(percent.is_not(None))
        .order_by(ScoreRow.period_id, ScoreRow.unit_id)
    )
    return [UnitScore(unit, period, Decimal(said)) for unit, period, said in connection.execute(query)]
