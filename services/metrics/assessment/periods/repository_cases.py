"""Rows about single cases: judges' scores, exemptions 容错 and appeals 申诉."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from services.metrics.models import AppealRow, ExemptionRow, ObservationRow
from shared.errors import Conflict, NotFound
from shared.paging import Asked, Page, Sorting, down, up

OBSERVATIONS = Sorting("assessment/observations", up(ObservationRow.number))
APPEALS = Sorting("assessment/appeals", down(AppealRow.filed_at), up(AppealRow.appeal_id))
EXEMPTIONS = Sorting("assessment/exemptions", down(ExemptionRow.requested_at), up(ExemptionRow.exemption_id))


Found = Row[Any]
Table = type[AppealRow] | type[ExemptionRow]


def add_observation(connection: Connection, values: Mapping[str, object]) -> None:
    """Keep a judge's score."""
    connection.execute(insert(ObservationRow).values(**values))


def observations(
    connection: Connection,
    unit: str | None,
    span: tuple[date, date],
    as_of: datetime,
    asked: Asked | None = None,
) -> Page[Found]:
    """Give the scores that count on the days of a span, a page or all: the newest by then of judge, day and unit."""
    newest = (
        select(func.max(ObservationRow.number))
        .where(ObservationRow.entered_at <= as_of, ObservationRow.day.between(*span))
        .group_by(ObservationRow.day, ObservationRow.judge, ObservationRow.unit_id)
    )
    query = select(ObservationRow.__table__).where(ObservationRow.number.in_(newest))
    if unit is not None:
        query = query.where(ObservationRow.unit_id == unit)
    rows = connection.execute(OBSERVATIONS.page(query, asked))
    return OBSERVATIONS.cut(rows, asked, lambda row: (row.number,))


def observation_history(connection: Connection, day: date, unit: str) -> list[Found]:
    """List all entries about a unit on a day, those that were replaced too."""
    query = select(ObservationRow.__table__).where(ObservationRow.day == day, ObservationRow.unit_id == unit)
    return list(connection.execute(query.order_by(ObservationRow.number)))


def exempted(connection: Connection, as_of: datetime) -> dict[str, dict[str, str]]:
    """Give the cases whose exemption was approved by an instant, by unit: subject → number of the approval."""
    query = (
        select(ExemptionRow.unit_id, ExemptionRow.subject, ExemptionRow.exemption_id)
        .where(ExemptionRow.state == "approved", ExemptionRow.decided_at <= as_of)
        .order_by(ExemptionRow.decided_at, ExemptionRow.exemption_id)
    )
    found = defaultdict[str, dict[str, str]](dict)
    for row in connection.execute(query):
        found[row.unit_id].setdefault(row.subject, row.exemption_id)
    return found


def upheld(connection: Connection, period: str) -> dict[tuple[str, str], dict[str, str]]:
    """Give the cases that upheld appeals took out, by unit and line: subject → number of the appeal."""
    query = (
        select(AppealRow.unit_id, AppealRow.line, AppealRow.subjects, AppealRow.appeal_id)
        .where(AppealRow.period_id == period, AppealRow.state == "upheld")
        .order_by(AppealRow.decided_at, AppealRow.appeal_id)
    )
    found = defaultdict[tuple[str, str], dict[str, str]](dict)
    for row in connection.execute(query):
        for subject in row.subjects:
            found[row.unit_id, row.line].setdefault(subject, row.appeal_id)
    return found


def undecided(connection: Connection, period: str) -> int:
    """Count the appeals of a period that wait for a decision."""
    query = select(func.count()).select_from(AppealRow)
    waiting = query.where(AppealRow.period_id == period, AppealRow.state == "filed")
    return connection.execute(waiting).scalar_one()


def add(connection: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Keep an appeal or a request for an exemption."""
    connection.execute(insert(table).values(**values))


def appeal(connection: Connection, name: str) -> Found:
    """Give an appeal.

    Raises:
        NotFound: There is none.
    """
    return _one(connection, AppealRow, name, "申诉")


def exemption(connection: Connection, name: str) -> Found:
    """Give an exemption.

    Raises:
        NotFound: There is none.
    """
    return _one(connection, ExemptionRow, name, "容错申请")


def appeals(connection: Connection, period: str | None, unit: str | None, asked: Asked) -> Page[Found]:
    """List a page of appeals, the latest first."""
    query = select(AppealRow.__table__)
    for column, value in ((AppealRow.period_id, period), (AppealRow.unit_id, unit)):
        query = query if value is None else query.where(column == value)
    rows = connection.execute(APPEALS.page(query, asked))
    return APPEALS.cut(rows, asked, lambda row: (row.filed_at, row.appeal_id))


def exemptions(connection: Connection, state: str | None, unit: str | None, asked: Asked) -> Page[Found]:
    """List a page of exemptions, the latest first."""
    query = select(ExemptionRow.__table__)
    for column, value in ((ExemptionRow.state, state), (ExemptionRow.unit_id, unit)):
        query = query if value is None else query.where(column == value)
    rows = connection.execute(EXEMPTIONS.page(query, asked))
    return EXEMPTIONS.cut(rows, asked, lambda row: (row.requested_at, row.exemption_id))


def decide(
    connection: Connection, table: Table, name: str, waiting: str, values: Mapping[str, object]
) -> None:
    """Write a decision.

    Raises:
        Conflict: It was decided before.
    """
    key = _key(table)
    changed = connection.execute(update(table).where(key == name, table.state == waiting).values(**values))
    if changed.rowcount != 1:
        raise Conflict(f"{name} 已经有了决定，不能再次决定", code="case.decided", field="id")


def _one(connection: Connection, table: Table, name: str, word: str) -> Found:
    row = connection.execute(select(table.__table__).where(_key(table) == name)).one_or_none()
    if row is None:
        raise NotFound(f"没有{word} {name}，请核对编号", code="case.unknown", field="id")
    return row


def _key(table: Table) -> Any:  # noqa: ANN401 - a column of one of two tables.
    return AppealRow.appeal_id if table is AppealRow else ExemptionRow.exemption_id
