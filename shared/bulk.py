"""Many rows in few statements: how the busiest tables are written.

An `executemany` gives the interpreter lock away and takes it back for every row; beside a busy event loop that costs
up to 3 ms a row (measured), where one statement for 250 rows costs 5 µs a row. The same SQL runs on both databases.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import repeat
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, Table, and_, tuple_
from sqlalchemy.types import TypeEngine

_Form: TypeAlias = Callable[[Any], Any]
CHUNK = 250  # Rows in one statement; at ten columns 2,500 values, of the 32,766 that SQLite takes.


def has_key(
    columns: Sequence[SQLColumnExpression[Any]], keys: Collection[Sequence[Any]]
) -> ColumnElement[bool]:
    """Say that a row has one of some keys of several columns, so that the index of these is used.

    SQLite (3.40) reads the whole table for `(a, b) IN (VALUES …)`, so each column is asked for by itself too. It looks
    up every combination of these values: all columns but one should have few.
    """
    alone = (column.in_(dict.fromkeys(key[place] for key in keys)) for place, column in enumerate(columns))
    return and_(*alone, tuple_(*columns).in_(keys))


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Sequence[object]], *, skip_known: bool = False
) -> int:
    """Insert `rows`, each with a value for every column in the table's order, and give how many went in.

    Values go to the driver as they are: bring those of decorated types into their stored form with `stored` first.

    Args:
        connection: In a transaction of the caller.
        table: Where to.
        rows: Values by column.
        skip_known: Leave out rows that a unique key has already, instead of failing.
    """
    count = 0
    for begin in range(0, len(rows), CHUNK):
        chunk = rows[begin : begin + CHUNK]
        values = tuple(value for row in chunk for value in row)
        statement = _statement(connection, table, len(chunk), skip_known=skip_known)
        count += connection.exec_driver_sql(statement, values).rowcount
    return count


def put_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    changes: Sequence[str] = (),
    unless_later: Sequence[str] = (),
) -> None:
    """Insert `rows`, or write some columns over those that have the same primary key; without `changes` these stay.

    Args:
        connection: In a transaction of the caller.
        table: Where to.
        rows: Values by name of the column, all with the same names; stored as their columns do. Where something is
            written over, each key once.
        changes: The columns that are written over.
        unless_later: Columns: what has a greater value in the first, or with an equal one in the next, stays as it is.
    """
    if not rows:
        return
    names = tuple(rows[0])
    forms = [_form(connection, table.columns[name].type) for name in names]
    quote = connection.dialect.identifier_preparer.quote
    ending = " ON CONFLICT DO NOTHING"
    if changes:
        keys = ", ".join(quote(column.name) for column in table.primary_key)
        written = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in changes)
        ending = f" ON CONFLICT ({keys}) DO UPDATE SET {written}"
    if unless_later:
        old, new = (
            ", ".join(f"{side}.{quote(name)}" for name in unless_later)
            for side in (quote(table.name), "excluded")
        )
        ending += f" WHERE ({old}) <= ({new})"
    for begin in range(0, len(rows), CHUNK):
        chunk = rows[begin : begin + CHUNK]
        values = tuple(
            value for row in zip(*map(_column, names, forms, repeat(chunk)), strict=True) for value in row
        )
        connection.exec_driver_sql(_insert(connection, table, names, len(chunk)) + ending, values)


def _statement(connection: Connection, table: Table, count: int, *, skip_known: bool) -> str:
    names = [column.name for column in table.columns]
    return _insert(connection, table, names, count) + (" ON CONFLICT DO NOTHING" if skip_known else "")


def _insert(connection: Connection, table: Table, names: Sequence[str], count: int) -> str:
    quote = connection.dialect.identifier_preparer
    columns = ", ".join(map(quote.quote, names))
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    row = f"({', '.join([place] * len(names))})"
    # Names come from our own tables, never from input.
    return f"INSERT INTO {quote.format_table(table)} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608


def _column(name: str, form: _Form | None, rows: Sequence[Mapping[str, object]]) -> list[object]:
    """Give the stored values of a column; what stands in all rows is brought into its form once."""
    values = [row[name] for row in rows]
    if form is None:
        return values
    first = values[0]
    if all(value is first for value in values):
        return [form(first)] * len(values)
    return list(map(form, values))


def _form(connection: Connection, kind: TypeEngine[Any]) -> _Form | None:
    return kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)


def stored(connection: Connection, kind: TypeEngine[Any], value: object) -> object:
    """Give `value` as a column of the type `kind` stores it."""
    form = _form(connection, kind)
    return value if form is None else form(value)
