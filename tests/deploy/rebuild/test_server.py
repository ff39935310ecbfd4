"""A rebuild on PostgreSQL: into an empty database of its own, which goes on numbering where the old one was."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select

from deploy.rebuild.filling import Wish
from deploy.rebuild.places import Places
from deploy.rebuild.running import rebuild
from services.metrics.models import ObservationRow
from services.metrics.rebuilding import service
from shared import migrations
from shared.database import Database
from shared.errors import Conflict, Invalid
from shared.testing import FakeClock
from shared.testing_servers import PostgresServer
from tests.deploy.rebuild.lives import BEGIN, archived, lived, lives

pytestmark = pytest.mark.postgres
SCORE: dict[str, Any] = {"day": BEGIN.date(), "judge": "j1", "unit_id": "u1", "points": "90", "why": ""}
SCORE |= {"entered_at": BEGIN, "entered_by": "p1"}


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Start a server for the test."""
    if PostgresServer.programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    found = PostgresServer(folder)
    found.start()
    yield found
    found.stop()
    shutil.rmtree(folder, ignore_errors=True)


def opened(url: str) -> Database:
    return Database(url, service="metrics", clock=FakeClock())


async def test_it_is_built_into_a_database_of_its_own(server: PostgresServer, tmp_path: Path) -> None:
    present, empty, entries = server.new_url(), server.new_url(), lives(7)
    migrations.upgrade("metrics", present)
    await archived(tmp_path, entries)
    old, new = opened(present), opened(empty)
    await lived(old, entries, Random(7))  # noqa: S311 - a game.
    async with old.transaction() as tx:
        await tx.session.execute(insert(ObservationRow), [SCORE | {"number": 5}])
    found = Places(present, f"sqlite:///{tmp_path}/gateway.db", "", "", FakeClock())
    with pytest.raises(Invalid, match="--into"):
        await rebuild(found, Wish())

    done = await rebuild(found, Wish(into=empty))

    await service.count_all(old)
    compared = await service.compare(old, new)
    assert [one.difference for one in compared if one.difference] == []
    assert (done.filled.events, done.filled.parked, done.kept) == (len(entries), 0, "")
    await _goes_on_numbering(new)
    with pytest.raises(Conflict, match="不是空库"):
        await rebuild(found, Wish(into=empty))
    await old.close()
    await new.close()


async def _goes_on_numbering(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.session.execute(insert(ObservationRow), [SCORE])
    async with db.reading() as session:
        numbers = await session.scalars(select(ObservationRow.number).order_by(ObservationRow.number))
        assert numbers.all() == [5, 6]
