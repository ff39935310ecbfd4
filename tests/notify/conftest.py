"""Databases that a test opens are closed at its end; a test marked `ON_BOTH` runs on SQLite and on PostgreSQL."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from shared.clock import Clock
from shared.database import Database
from shared.testing import sqlite_database
from shared.testing_servers import PostgresServer

OpenDatabase: TypeAlias = Callable[[Clock], Database]
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
ON_BOTH = pytest.mark.parametrize("open_database", ["sqlite", POSTGRES], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("open_database", [POSTGRES], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    path = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(path)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
async def open_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenDatabase]:
    """Open the database of the test; opening it again gives the same rows, as after a restart."""
    opened: list[Database] = []
    on_postgres = getattr(request, "param", "sqlite") == "postgres"
    url = request.getfixturevalue("postgres").new_url("notify") if on_postgres else ""

    def open_one(clock: Clock) -> Database:
        sqlite = None if on_postgres else sqlite_database("notify", tmp_path, clock)
        opened.append(sqlite or Database(url, service="notify", clock=clock))
        return opened[-1]

    yield open_one
    for db in opened:
        await db.close()
