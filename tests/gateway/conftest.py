"""Fixtures of the gateway's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.testing import FakeClock, sqlite_database
from tests.gateway.chains import Chain
from tests.gateway.world import World, gateway


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Run a gateway on a clock that stands still."""
    async with gateway(tmp_path) as made:
        yield made


@pytest.fixture
async def chain(tmp_path: Path) -> AsyncIterator[Chain]:
    """Make an archive alone, on a clock that stands still."""
    clock = FakeClock()
    db = sqlite_database("gateway", tmp_path, clock)
    yield Chain(db, clock)
    await db.close()
