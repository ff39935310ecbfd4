"""A Valkey and a PostgreSQL for the whole run, an own database number and an own database for each test."""

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from shared.clock import Clock
from shared.database import Database
from shared.testing_servers import PostgresServer, ValkeyServer
from tests.shared.world import World

OpenDatabase: TypeAlias = Callable[[str, Clock], Database]
NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="duban-"))  # Short: the path of a socket has at most 107 bytes.
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey(folder: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(folder, append_only=False)
    server.start()
    yield server
    server.kill()


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
def own_valkey() -> Iterator[ValkeyServer]:
    """A server that the test may kill."""
    path = Path(tempfile.mkdtemp(prefix="duban-"))
    server = ValkeyServer(path)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
async def world(valkey: ValkeyServer, tmp_path: Path) -> AsyncIterator[World]:
    made = World(f"{valkey.url}?db={next(NUMBERS)}", tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def own_world(own_valkey: ValkeyServer, tmp_path: Path) -> AsyncIterator[World]:
    made = World(own_valkey.url, tmp_path)
    yield made
    await made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def open_database(request: pytest.FixtureRequest, world: World) -> OpenDatabase:
    """Opens databases of both kinds: a test that asks for it runs on each."""

    def open_one(service: str, clock: Clock) -> Database:
        url = request.getfixturevalue("postgres").new_url() if request.param == "postgres" else ""
        return world.database(service, clock=clock, url=url)

    return open_one
