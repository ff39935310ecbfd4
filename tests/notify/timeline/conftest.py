from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.testing import FakeClock, sqlite_database
from tests.notify.timeline.life import Life


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    """Give a task that has not begun yet."""
    clock = FakeClock()
    db = sqlite_database("notify", tmp_path, clock)
    yield Life(db, clock)
    await db.close()
