"""Fixtures of the audit."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.accounts.replica import Replica, replica


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Replica]:
    """Run one replica, in which no role must have a second factor."""
    async with replica(tmp_path) as made:
        yield made
