"""Writes facts: the newest word on each subject wins, whatever the order of arrival.

Invariant: `put` compares (revision, sequence) inside the statement, so no read stands between seeing and writing.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, delete, insert, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from services.metrics.models import Base, Notice, TaskRole

Insert = postgresql.Insert | sqlite.Insert


class Stamp(NamedTuple):
    """How new a word is: the subject's revision, then the place in the stream."""

    revision: int
    sequence: int


def insert_into(model: type[Base] | Table, dialect: str) -> Insert:
    """Begin an INSERT that knows ON CONFLICT in the dialect of the connection."""
    return postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)


async def put(session: AsyncSession, model: type[Base], stamp: Stamp, **values: object) -> bool:
    """Write the row of a subject unless a newer or equal word on it is there; tells whether it was written."""
    row: dict[str, Any] = values | stamp._asdict()
    connection = await session.connection()
    written = _putting(model, connection.dialect.name, tuple(row))
    return (await connection.execute(written, row)).first() is not None


@cache
def _putting(model: type[Base], dialect: str, names: tuple[str, ...]) -> ReturningInsert[Any]:
    """Write the statement of `put` for rows of these columns, once: writing it takes longer than running it."""
    table = table_of(model)
    keys = [column.name for column in table.primary_key]
    new = insert_into(table, dialect)
    newer = tuple_(new.excluded.revision, new.excluded.sequence) > tuple_(table.c.revision, table.c.sequence)
    replaced = {name: new.excluded[name] for name in names if name not in keys}
    written = new.on_conflict_do_update(index_elements=keys, set_=replaced, where=newer)
    return written.returning(table.c.revision)


async def add_once(session: AsyncSession, model: type[Base], row: Mapping[str, Any]) -> None:
    """Keep a row; one that is there stays as it is."""
    connection = await session.connection()
    await connection.execute(_adding(model, connection.dialect.name), dict(row))


@cache
def _adding(model: type[Base], dialect: str) -> Insert:
    return insert_into(table_of(model), dialect).on_conflict_do_nothing()


def table_of(model: type[Base]) -> Table:
    """Give the table that a model maps."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - declarative classes of ours map tables.
    return table


async def replace_roles(session: AsyncSession, task_id: str, roles: Iterable[tuple[str, str]]) -> None:
    """Make `roles` (unit, role) the roles of a task; a unit named twice in one role counts once."""
    await session.execute(delete(TaskRole).where(TaskRole.task_id == task_id))
    rows = [{"task_id": task_id, "unit_id": unit, "role": role} for unit, role in dict.fromkeys(roles)]
    if rows:
        await session.execute(insert(TaskRole), rows)


async def add_notice(session: AsyncSession, **values: object) -> None:
    """Keep a notice; one that is there stays as it is."""
    await add_once(session, Notice, values)
