"""A migrated registry for each test, of both kinds, empty or with a small plan; and apps that serve one."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import create_engine, delete, insert, text

from services.tasks.models import Base
from shared import migrations
from shared.database import Database, sync_url
from shared.tables import BUS, HEADS
from shared.testing import FakeClock, sqlite_database
from shared.testing_servers import PostgresServer
from tests.tasks import factories as make
from tests.tasks.apps import Caller, running, serving


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Migrate one PostgreSQL database for the run; each test gets it empty."""
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(folder)
    server.start()
    url = server.new_url()
    migrations.upgrade("tasks", url)
    yield url
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> None:
    """Bring a migrated PostgreSQL database back to what the migration made."""
    # Deleting rows takes a tenth of the time of TRUNCATE, which makes new files for every table and index. As a replica
    # the session fires no triggers: neither those of foreign keys nor the one that keeps the history.
    engine = create_engine(sync_url(url))
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in (*Base.metadata.tables.values(), *BUS.tables.values()):
            connection.execute(delete(table))
        connection.execute(insert(HEADS).values(stream="supervision", last_seq=0))
    engine.dispose()


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def db(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    """Open a database; a test that asks for it runs on each kind."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        empty(url)
        database = Database(url, service="tasks", clock=clock)
    else:
        database = sqlite_database("tasks", tmp_path, clock)
    yield database
    await database.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def confirmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Confirm the made-up plan in one SQLite file for the run; each test copies it."""
    folder = tmp_path_factory.mktemp("confirmed")
    database = sqlite_database("tasks", folder, FakeClock())
    await make.confirm(database, make.document())
    await database.close()
    return folder / "tasks.db"


@pytest_asyncio.fixture
async def ledger(db: Database, confirmed: Path, tmp_path: Path) -> Database:
    if db.is_sqlite:  # Nothing has opened it yet.
        shutil.copy(confirmed, tmp_path / "tasks.db")
    else:
        await make.confirm(db, make.document())
    return db


@pytest_asyncio.fixture
async def filled(tmp_path: Path, clock: FakeClock, confirmed: Path) -> AsyncIterator[Caller]:
    """A supervisor who calls an app whose ledger holds the made-up plan already."""
    shutil.copy(confirmed, tmp_path / "tasks.db")
    clock.instant = datetime.now(UTC)  # Long after every date of the plan.
    async with serving(tmp_path, clock) as caller:
        yield caller


@pytest_asyncio.fixture
async def office(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Caller]:
    """A supervisor who calls a running app; principals are signed for the real present."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    async with serving(tmp_path, clock) as caller:
        yield caller


@pytest_asyncio.fixture
async def whole(tmp_path: Path, clock: FakeClock, confirmed: Path) -> AsyncIterator[Caller]:
    """The same as `filled`, with everything that runs beside the routes."""
    shutil.copy(confirmed, tmp_path / "tasks.db")
    clock.instant = datetime.now(UTC)
    async with running(tmp_path, clock) as caller:
        yield caller
