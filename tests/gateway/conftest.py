"""Fixtures of the gateway's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.world import World, gateway


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Run a gateway on a clock that stands still."""
    async with gateway(tmp_path) as made:
        yield made
