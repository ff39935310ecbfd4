"""The order of every list in pages, over made-up rows of its own tables: each row once while others come in."""

import importlib
import itertools
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, select
from sqlalchemy.sql.visitors import iterate

import services
from shared.paging import Asked, Sorting
from shared.tables import UtcDateTime

T0 = datetime(2023, 6, 20, 1, tzinfo=UTC)
ROWS = range(0, 60, 3)


def _named() -> Iterator[object]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if "repository" in module.name or ".api" in module.name or module.name.endswith("knowledge"):
            yield from vars(importlib.import_module(module.name)).values()


SORTINGS = {found.name: found for found in _named() if isinstance(found, Sorting)}


def columns_of(sorting: Sorting) -> list[Column[Any]]:
    found = [one for key in sorting.keys for one in iterate(key.column) if isinstance(one, Column)]
    return list(dict.fromkeys(found))


def value_of(column: Column[Any], number: int) -> object:
    """Make a value up: ties everywhere but in the last key, and no due time for every fourth."""
    kind = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    step = number // 5 % 4
    if column.nullable and number % 4 == 0:
        return None
    plain = {datetime: T0 + timedelta(hours=step), date: date(2023, 6, 1 + step), int: step, str: f"s{step}"}
    return plain[kind]


def made(sorting: Sorting, number: int) -> dict[str, object]:
    *others, last = columns_of(sorting)
    own = number if last.type.python_type is int else f"r{number * 7 % 61:03}"
    return {one.name: value_of(one, number) for one in others} | {last.name: own}


def test_every_list_of_the_services_has_a_name_of_its_own() -> None:
    assert len(SORTINGS) == len({id(one) for one in _named() if isinstance(one, Sorting)})
    assert len(SORTINGS) >= 25


@pytest.mark.parametrize("name", sorted(SORTINGS))
def test_the_last_key_of_an_order_is_unique(name: str) -> None:
    columns = columns_of(SORTINGS[name])
    table = columns[-1].table

    assert isinstance(table, Table)
    assert columns[-1].unique or {*table.primary_key} <= {*columns}


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("name", sorted(SORTINGS))
def test_each_row_is_seen_once_while_others_come_in(name: str, limit: int) -> None:
    sorting, engine, coming = SORTINGS[name], create_engine("sqlite://"), iter(range(1, 60, 3))
    table = Table(
        columns_of(sorting)[-1].table.name,
        MetaData(),
        *(Column(one.name, one.type, nullable=True) for one in columns_of(sorting)),
    )
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [made(sorting, number) for number in ROWS])
        seen = []
        for page in walk(connection, sorting, limit):
            seen += page
            for number in itertools.islice(coming, 1):
                connection.execute(insert(table), made(sorting, number))

    last = columns_of(sorting)[-1].name
    assert len(seen) == len(set(seen))
    assert {made(sorting, number)[last] for number in ROWS} <= set(seen)


def walk(connection: Connection, sorting: Sorting, limit: int) -> Iterator[list[object]]:
    after: str | None = ""
    keys = [key.column for key in sorting.keys]
    while after is not None:
        asked = Asked(after, limit)
        rows = connection.execute(sorting.page(select(*keys), asked)).all()
        found = sorting.cut(rows, asked, tuple)
        after = found.next
        yield [row[-1] for row in found.items]
