"""A ledger with units to which bad ratings come."""

import pytest_asyncio

from shared.database import Database
from shared.testing import FakeClock
from tests.tasks.rectifications.made import Desk


@pytest_asyncio.fixture
async def desk(db: Database, clock: FakeClock) -> Desk:
    opened = Desk(db, clock)
    await opened.open()
    return opened
