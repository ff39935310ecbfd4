"""A migrated metrics database for each test, of both kinds where a test asks for `db`."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import create_engine, insert, text

from services.metrics.models import Base, RatingRoll
from shared import migrations
from shared.database import Database, sync_url
from shared.testing import FakeClock, sqlite_database
from shared.testing_servers import PostgresServer

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Migrate one PostgreSQL database for the run; each test gets it empty."""
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    server = PostgresServer(folder)
    server.start()
    url = server.new_url()
    migrations.upgrade("metrics", url)
    yield url
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> None:
    """Bring a migrated PostgreSQL database back to what the migration made."""
    names = ", ".join([*Base.metadata.tables, "outbox"])
    engine = create_engine(sync_url(url))
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        rolls = [{"name": name, "counted_to": 0} for name in ("ratings", "places", "services")]
        connection.execute(insert(RatingRoll), rolls)
    engine.dispose()


@pytest_asyncio.fixture(params=KINDS)
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a database; a test that asks for it runs on each kind."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        empty(url)
        database = Database(url, service="metrics", clock=FakeClock())
    else:
        database = sqlite_database("metrics", tmp_path, FakeClock())
    yield database
    await database.close()


@pytest_asyncio.fixture
async def file_db(tmp_path: Path) -> AsyncIterator[Database]:
    """Open the SQLite file that an app over `tmp_path` serves."""
    database = sqlite_database("metrics", tmp_path, FakeClock())
    yield database
    await database.close()
