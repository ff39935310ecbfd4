"""A migrated registry for each test, and one that holds a small plan."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from shared.database import Database
from shared.testing import FakeClock, sqlite_database
from tests.tasks import factories as make
from tests.tasks.apps import Caller, running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def db(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    database = sqlite_database("tasks", tmp_path, clock)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def ledger(db: Database) -> Database:
    await make.confirm(db, make.document())
    return db


@pytest_asyncio.fixture
async def office(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Caller]:
    """A supervisor who calls a running app; principals are signed for the real present."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    async with running(tmp_path, clock) as caller:
        yield caller
