"""Databases that a test opens are closed at its end."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from shared.clock import Clock
from shared.database import Database
from shared.testing import sqlite_database

OpenDatabase: TypeAlias = Callable[[Clock], Database]


@pytest.fixture
async def open_database(tmp_path: Path) -> AsyncIterator[OpenDatabase]:
    opened: list[Database] = []

    def open_one(clock: Clock) -> Database:
        opened.append(sqlite_database("notify", tmp_path, clock))
        return opened[-1]

    yield open_one
    for db in opened:
        await db.close()
