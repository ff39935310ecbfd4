"""Fixtures of the tests of subscriptions: a desk on both kinds of database."""

from collections.abc import AsyncIterator

import pytest

from shared.database import Database
from tests.gateway.subscriptions.world import Desk, desk_over
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.


@pytest.fixture
async def desk(db: Database) -> AsyncIterator[Desk]:  # noqa: F811 - the fixture.
    """Open a desk."""
    opened = desk_over(db)
    yield opened
    await opened.engine.stop()
