"""Fixtures of the tests of returns: a desk on both kinds of database."""

import pytest

from shared.database import Database
from tests.gateway.returns.world import Desk, desk_over
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.


@pytest.fixture
def desk(db: Database) -> Desk:  # noqa: F811 - the fixture.
    """Open a desk."""
    return desk_over(db)
