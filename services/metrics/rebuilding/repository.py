"""Rows of whole tables: copied from one database into another, and compared, a page in memory at a time."""

import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import String, Table, delete, func, insert, select
from sqlalchemy.sql import ColumnElement

from services.metrics.models import Base
from services.metrics.rebuilding.domain import COUNTED, NUMBERS
from shared.database import Database, SyncTx
from shared.tables import BUS

PAGE = 1_000  # Rows in memory.
Rows: TypeAlias = list[tuple[Any, ...]]
TABLES: dict[str, Table] = {**BUS.tables, **Base.metadata.tables}


@dataclass(frozen=True, slots=True)
class Compared:
    """A table here and there.

    Attributes:
        rows: How many there are here.
        digest: SHA-256 of the rows here, sorted.
        difference: The first rows that differ (here, there), None for a missing one; empty where all are equal.
    """

    table: str
    rows: int
    digest: str
    difference: tuple[Any, ...] = ()


async def copy(old: Database, new: Database, name: str, *, until: tuple[str, datetime] | None = None) -> int:
    """Put a table's rows of `old` in the place of those in `new`; with `until` (column, instant) only older ones."""
    table = TABLES[name]
    query = select(table)
    if until is not None:
        query = query.where(table.c[until[0]] <= until[1])
    await new.run_sync(lambda tx: tx.connection.execute(delete(table)))
    count = 0
    async with old.reading() as session:
        rows = await session.stream(query)
        async for page in rows.partitions(PAGE):
            await new.run_sync(partial(_add, table=table, rows=[row._asdict() for row in page]))
            count += len(page)
    await new.run_sync(partial(_number, table=table))
    return count


def _add(tx: SyncTx, *, table: Table, rows: list[dict[str, Any]]) -> None:
    tx.connection.execute(insert(table), rows)


def _number(tx: SyncTx, *, table: Table) -> None:
    """Let PostgreSQL number further rows behind those that were put in with their numbers."""
    column = table.autoincrement_column
    if tx.connection.dialect.name != "postgresql" or column is None or len(table.primary_key) > 1:
        return
    sequence = tx.connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    if sequence:
        last = tx.connection.scalar(select(func.max(column))) or 0
        tx.connection.execute(select(func.setval(sequence, max(last, 1), last > 0)))


async def compare(here: Database, there: Database, name: str) -> Compared:
    """Compare a table of two databases of one kind, row by row in order."""
    digest, count = hashlib.sha256(), 0
    async with aclosing(_pages(here, name)) as ours, aclosing(_pages(there, name)) as theirs:
        while True:
            mine: Rows = await anext(ours, [])
            other: Rows = await anext(theirs, [])
            if mine != other:
                return Compared(name, count, "", _first(mine, other))
            if not mine:
                return Compared(name, count, digest.hexdigest())
            count += len(mine)
            for row in mine:
                digest.update(repr(row).encode())


def _first(mine: Sequence[Any], other: Sequence[Any]) -> tuple[Any, Any]:
    longest = max(len(mine), len(other))
    pairs = zip(_padded(mine, longest), _padded(other, longest), strict=True)
    return next(pair for pair in pairs if pair[0] != pair[1])


def _padded(rows: Sequence[Any], length: int) -> list[Any]:
    return [*rows, *[None] * (length - len(rows))]


async def _pages(db: Database, name: str) -> AsyncGenerator[Rows]:
    """Give the rows of a table, sorted by all its columns, keys first, without what only numbers them."""
    table = TABLES[name]
    columns = [column for column in table.columns if column.name != NUMBERS.get(name)]
    query = select(*columns).order_by(*(_sorted(column, db) for column in columns if _is_key(column)))
    if name in COUNTED:
        query = query.where(table.c["count"] != 0)
    async with db.reading() as session:
        rows = await session.stream(query)
        async for page in rows.partitions(PAGE):
            yield [tuple(row) for row in page]


def _is_key(column: Any) -> bool:  # noqa: ANN401 - a column of any type.
    return bool(column.primary_key or column.unique)


def _sorted(column: ColumnElement[Any], db: Database) -> ColumnElement[Any]:
    """Order text by its bytes, whatever the place of PostgreSQL says."""
    return column if db.is_sqlite or not isinstance(column.type, String) else column.collate("C")
