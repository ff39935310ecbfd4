"""A migrated metrics database for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from shared.database import Database
from shared.testing import FakeClock, sqlite_database


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = sqlite_database("metrics", tmp_path, FakeClock())
    yield database
    await database.close()
