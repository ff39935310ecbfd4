"""An archive that lacks events gets them back from the outboxes of their owners, over a real Valkey."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from services.gateway.app import build
from services.gateway.archive.verifying import verify
from services.gateway.models import ArchivedEvent
from services.gateway.settings import Settings
from shared.clock import LiveClock
from shared.database import Database
from shared.events import Feed
from shared.streams import ops_router
from shared.testing import sqlite_database
from shared.testing_servers import ValkeyServer
from shared.web import create_app, principal_check
from tests.gateway.world import SECRET, VAULT_KEY
from tests.shared import world as shared_world
from tests.shared.world import is_value, publish, rating, unit, until, until_cursor


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    folder = Path(tempfile.mkdtemp(prefix="duban-"))  # Short: the path of a socket has at most 107 bytes.
    server = ValkeyServer(folder, append_only=False)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def world(valkey: ValkeyServer, tmp_path: Path) -> AsyncIterator[shared_world.World]:
    made = shared_world.World(valkey.url, tmp_path)
    yield made
    await made.close()


def down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@asynccontextmanager
async def gateway(
    valkey: ValkeyServer, folder: Path, owners: httpx.AsyncBaseTransport
) -> AsyncIterator[Database]:
    """Run a gateway with a real bus on the database in `folder`; `owners` answers for the inner services."""
    db = sqlite_database("gateway", folder, LiveClock())
    settings = Settings(
        redis_url=SecretStr(valkey.url),
        principal_secret=SecretStr(SECRET),
        vault_key=SecretStr(VAULT_KEY),
        gateway_database_url=SecretStr(f"sqlite:///{folder}/gateway.db"),
    )
    apps = build(settings, clock=LiveClock(), transport=owners)
    async with apps.public.router.lifespan_context(apps.public):
        yield db
    await db.close()


async def archived(db: Database, feed: Feed) -> list[int]:
    assert (await db.look(verify)).broken is None
    async with db.reading() as session:
        rows = select(ArchivedEvent.sequence).where(ArchivedEvent.stream == feed)
        return list(await session.scalars(rows.order_by(ArchivedEvent.position)))


async def holed(world: shared_world.World) -> httpx.ASGITransport:
    """Publish 30 events and lose the first 20 of the stream; gives the way to their owner."""
    owner = world.database("tasks")
    await publish(owner, *(unit(f"u{n}") for n in range(30)))
    bus = await world.bus(owner)
    await until(lambda: is_value(world.redis.xlen("supervision"), 30))
    await world.redis.xtrim("supervision", minid="21-0", approximate=False)
    return httpx.ASGITransport(create_app("tasks", routers=[ops_router(bus, principal_check(SECRET))]))


async def test_what_the_stream_lost_is_taken_from_the_owners_outbox(
    world: shared_world.World, valkey: ValkeyServer, tmp_path: Path
) -> None:
    owner = await holed(world)

    async with gateway(valkey, tmp_path, owner) as db:
        await until_cursor(db, 30)

        assert await archived(db, "supervision") == list(range(1, 31))


@pytest.mark.slow
async def test_an_owner_that_is_down_is_waited_for_and_nothing_is_skipped(
    world: shared_world.World, valkey: ValkeyServer, tmp_path: Path
) -> None:
    owner = await holed(world)
    answers = [httpx.MockTransport(down)]

    class Coming(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await (answers.pop() if answers else owner).handle_async_request(request)

    async with gateway(valkey, tmp_path, Coming()) as db:
        await until_cursor(db, 30)

        assert (answers, await archived(db, "supervision")) == ([], list(range(1, 31)))


@pytest.mark.slow
async def test_a_restored_gateway_fills_its_own_feed_from_its_own_outbox(
    world: shared_world.World, valkey: ValkeyServer, tmp_path: Path
) -> None:
    nobody = httpx.MockTransport(down)
    backup = sqlite_database("gateway", tmp_path, LiveClock())
    await publish(backup, *(rating(f"r{n}") for n in range(5)))
    await backup.close()
    (tmp_path / "first").mkdir()
    shutil.copy(tmp_path / "gateway.db", tmp_path / "first")
    async with gateway(valkey, tmp_path / "first", nobody) as db:
        await until_cursor(db, 5, "ratings")
    await world.redis.xtrim("ratings", minid="5-0", approximate=False)

    async with gateway(valkey, tmp_path, nobody) as db:
        await until_cursor(db, 5, "ratings")

        assert await archived(db, "ratings") == [1, 2, 3, 4, 5]
