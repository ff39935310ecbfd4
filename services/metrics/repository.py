"""Writes facts: the newest word on each subject wins, whatever the order of arrival.

Invariant: `put` compares (revision, sequence) inside the statement, so no read stands between seeing and writing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Table, delete, insert, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.models import Base, Notice, TaskRole

Insert = postgresql.Insert | sqlite.Insert


class Stamp(NamedTuple):
    """How new a word is: the subject's revision, then the place in the stream."""

    revision: int
    sequence: int


def insert_into(model: type[Base], dialect: str) -> Insert:
    """Begin an INSERT that knows ON CONFLICT in the dialect of the connection."""
    return postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)


async def put(session: AsyncSession, model: type[Base], stamp: Stamp, **values: object) -> bool:
    """Write the row of a subject unless a newer or equal word on it is there; tells whether it was written."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - declarative classes of ours map tables.
    row: Mapping[str, Any] = values | stamp._asdict()
    keys = [column.name for column in table.primary_key]
    new = insert_into(model, session.get_bind().dialect.name).values(row)
    newer = tuple_(new.excluded.revision, new.excluded.sequence) > tuple_(table.c.revision, table.c.sequence)
    replaced = {name: new.excluded[name] for name in row if name not in keys}
    written = new.on_conflict_do_update(index_elements=keys, set_=replaced, where=newer)
    result = await session.execute(written.returning(table.c.revision))
    return result.first() is not None


async def replace_roles(session: AsyncSession, task_id: str, roles: Iterable[tuple[str, str]]) -> None:
    """Make `roles` (unit, role) the roles of a task; a unit named twice in one role counts once."""
    await session.execute(delete(TaskRole).where(TaskRole.task_id == task_id))
    rows = [{"task_id": task_id, "unit_id": unit, "role": role} for unit, role in dict.fromkeys(roles)]
    if rows:
        await session.execute(insert(TaskRole), rows)


async def add_notice(session: AsyncSession, **values: object) -> None:
    """Keep a notice; one that is there stays as it is."""
    new = insert_into(Notice, session.get_bind().dialect.name).values(values)
    await session.execute(new.on_conflict_do_nothing())
