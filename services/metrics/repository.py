"""Writes facts: the newest word on each subject wins, whatever the order of arrival.

Invariant: `put` compares (revision, sequence) inside the statement, so no read stands between seeing and writing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from services.metrics.models import Base
from shared.bulk import put_rows

Insert = postgresql.Insert | sqlite.Insert
Row: TypeAlias = Mapping[str, Any]
STAMP = ("revision", "sequence")


def insert_into(model: type[Base] | Table, dialect: str) -> Insert:
    """Begin an INSERT that knows ON CONFLICT in the dialect of the connection."""
    return postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)


def put(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Write the rows of subjects, all with the same columns, except where a newer word on the subject is there."""
    table = table_of(model)
    last = {_key(table, row): row for row in sorted(rows, key=stamp_of)}
    changes = [name for name in (rows[0] if rows else ()) if name not in table.primary_key]
    put_rows(connection, table, [*last.values()], changes=changes, unless_later=STAMP)


def add_once(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Keep rows; one that is there stays as it is."""
    put_rows(connection, table_of(model), rows)


def table_of(model: type[Base]) -> Table:
    """Give the table that a model maps."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - declarative classes of ours map tables.
    return table


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def stamp_of(row: Row) -> tuple[int, ...]:
    """Say how new a row is: by its subject's revision, then by its place in the stream."""
    return tuple(row[name] for name in STAMP)
