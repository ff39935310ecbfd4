"""Fixtures of the tests of pulling."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.testing import FakeClock, sqlite_database
from tests.gateway.pulls.world import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Pull into a database of its own, on a clock that stands still."""
    clock = FakeClock()
    db = sqlite_database("gateway", tmp_path, clock)
    yield Desk(db, clock, folder=tmp_path)
    await db.close()
