"""Where a rebuild finds the archive: the gateway's inner export where its database is not at hand; or a clear no."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from deploy.rebuild.filling import Wish, refuse_trimmed
from deploy.rebuild.places import GATEWAY_URL, METRICS, SECRET, Archive, Places, places
from deploy.rebuild.running import rebuild
from services.gateway.archive.api import archive_router
from shared.clock import LiveClock
from shared.errors import Conflict, Invalid, Unavailable
from shared.events import Feed
from shared.streams import Entry
from shared.testing import FakeClock, sqlite_database
from shared.web import principal_check
from tests.deploy.gateways import code_of, run
from tests.deploy.rebuild.lives import COUNT, a_place

KEY = "s" * 32


@asynccontextmanager
async def exporting(folder: Path) -> AsyncIterator[str]:
    """Serve the inner export of the archive in `folder`; gives its address."""
    db, app = sqlite_database("gateway", folder, FakeClock()), FastAPI()
    app.include_router(archive_router(db, principal_check(KEY)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it.
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
    await db.close()


@pytest.mark.slow
async def test_the_archive_is_read_from_the_gateway(tmp_path: Path) -> None:
    await a_place(tmp_path, 8)
    url = f"sqlite:///{tmp_path}/metrics.db"
    async with exporting(tmp_path) as gateway:
        found = Places(url, "", gateway, KEY, LiveClock())
        done = await rebuild(found, Wish(check=True))

    assert (done.filled.events, done.where) == (COUNT, "")
    assert [one.difference for one in done.filled.compared if one.difference] == []


async def test_a_gateway_that_does_not_answer_ends_it(tmp_path: Path) -> None:
    await sqlite_database("metrics", tmp_path, FakeClock()).close()
    found = Places(f"sqlite:///{tmp_path}/metrics.db", "", "http://127.0.0.1:9", KEY, LiveClock())

    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        await rebuild(found, Wish())


def test_the_environment_of_a_server_is_heeded_and_what_is_missing_is_named() -> None:
    server = {METRICS: "postgresql://h/m", GATEWAY_URL: "http://gateway:9000", SECRET: KEY}

    with places(None, server, alone=True) as found:
        assert (found.database, found.gateway, found.gateway_url) == (
            "postgresql://h/m",
            "",
            "http://gateway:9000",
        )
    with pytest.raises(Invalid, match="DUBAN_GATEWAY_DATABASE_URL"), places(None, {METRICS: "x"}, alone=True):
        pass


def test_a_directory_without_a_database_and_unclear_wishes_are_refused(tmp_path: Path) -> None:
    asked = ("rebuild", "metrics", "--data", str(tmp_path))

    assert code_of(run(*asked)) == "database.missing"
    assert code_of(run(*asked, "--check", "--as-of", "2023-07-01")) == "rebuild.unclear"
    assert code_of(run(*asked, "--as-of", "soon")) == "instant.invalid"


class Nothing:
    """A history that holds nothing."""

    async def read(self, _feed: Feed, _after: int, _limit: int) -> Sequence[Entry]:
        """Give nothing."""
        return []


def test_a_feed_whose_beginning_retention_removed_is_named() -> None:
    held = Archive(Nothing(), {"ratings": 9}, {"ratings": 4})

    refuse_trimmed(held, ["supervision"])
    with pytest.raises(Conflict, match="ratings 第 1 至 4 号"):
        refuse_trimmed(held, ["supervision", "ratings"])
