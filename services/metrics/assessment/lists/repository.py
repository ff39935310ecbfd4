"""Rows of lists and of performance records."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.metrics.models import ListRow, RecordRow
from shared.errors import Conflict, NotFound
from shared.paging import Asked, Page, Sorting, down, up

LISTS = Sorting("assessment/lists", down(ListRow.drafted_at), up(ListRow.list_id))
RECORDS = Sorting("assessment/records", down(RecordRow.entered_at), up(RecordRow.record_id))

Found = Row[Any]


def add_list(connection: Connection, values: Mapping[str, object]) -> None:
    """Keep a draft."""
    connection.execute(insert(ListRow).values(**values))


def a_list(connection: Connection, name: str) -> Found:
    """Give a list.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(ListRow.__table__).where(ListRow.list_id == name)).one_or_none()
    if row is None:
        raise NotFound(f"没有榜单 {name}，请核对编号", code="list.unknown", field="id")
    return row


def lists(connection: Connection, period: str | None, *, drafts: bool, asked: Asked) -> Page[Found]:
    """List a page of lists, the latest first; drafts and withdrawn ones only when asked for."""
    query = select(ListRow.__table__)
    if period is not None:
        query = query.where(ListRow.period_id == period)
    query = query if drafts else query.where(ListRow.state == "released")
    rows = connection.execute(LISTS.page(query, asked))
    return LISTS.cut(rows, asked, lambda row: (row.drafted_at, row.list_id))


def move_list(
    connection: Connection, name: str, states: tuple[str, ...], values: Mapping[str, object]
) -> None:
    """Change a list that is in one of `states`.

    Raises:
        Conflict: It is in another.
    """
    changed = connection.execute(
        update(ListRow).where(ListRow.list_id == name, ListRow.state.in_(states)).values(**values)
    )
    if changed.rowcount != 1:
        message = f"榜单 {name} 的状态不允许此操作（须为 {'、'.join(states)}）"
        raise Conflict(message, code="list.state", field="id")


def add_record(connection: Connection, values: Mapping[str, object]) -> None:
    """Keep an entry of a performance record."""
    connection.execute(insert(RecordRow).values(**values))


def record(connection: Connection, name: str) -> Found:
    """Give an entry.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(RecordRow.__table__).where(RecordRow.record_id == name)).one_or_none()
    if row is None:
        raise unknown_record(name)
    return row


def unknown_record(name: str) -> NotFound:
    """Say that there is no such entry, or none that the one who asks may know of."""
    return NotFound(f"没有实绩档案条目 {name}，请核对编号", code="record.unknown", field="id")


def records(connection: Connection, person: str | None, seen_by: str | None, asked: Asked) -> Page[Found]:
    """List a page of entries, the latest first: of a person, and only what `seen_by` may see; None sees all."""
    query = select(RecordRow.__table__)
    for wanted in (person, seen_by):
        query = query if wanted is None else query.where(RecordRow.person_id == wanted)
    rows = connection.execute(RECORDS.page(query, asked))
    return RECORDS.cut(rows, asked, lambda row: (row.entered_at, row.record_id))


def move_record(connection: Connection, name: str, state: str, values: Mapping[str, object]) -> None:
    """Change an entry that is in `state`.

    Raises:
        Conflict: It is in another.
    """
    changed = connection.execute(
        update(RecordRow).where(RecordRow.record_id == name, RecordRow.state == state).values(**values)
    )
    if changed.rowcount != 1:
        message = f"实绩档案条目 {name} 的状态不允许此操作（须为 {state}）"
        raise Conflict(message, code="record.state", field="id")
