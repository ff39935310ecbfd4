"""A real browser's EventSource reads the archive through cuts, restarts and silence, by an official's own session."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.accounts import offline
from services.gateway.accounts.domain import State
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.service_people import AccountOrder, RoleGrant
from shared.testing_servers import ValkeyServer
from tests.gateway.browser.front import Cut, Front
from tests.gateway.processes import Service, key_for, new_secret, until
from tests.gateway.world import ndjson, rating

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium has none for root.
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
RATED = "cn.duban.ratings.rating.submitted.v1"
CLOSED = 2  # EventSource.readyState: it does not come again.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.valkey,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed here"),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a short path: that of a socket has at most 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="duban-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def gateway(folder: Path) -> Iterator[Service]:
    valkey = ValkeyServer(folder)
    valkey.start()
    cheap = {"DUBAN_PASSWORD_MEMORY_KIB": "64", "DUBAN_PASSWORD_PASSES": "1"}
    made = Service("gateway", folder, valkey.url, new_secret(), **cheap)
    made.start()
    yield made
    made.kill()
    valkey.kill()


class Writer:
    """Rates at a gateway, and reads what came of it."""

    def __init__(self, gateway: Service, secret: str) -> None:
        self._gateway, self._headers = gateway, {"authorization": f"Bearer {secret}"}
        self.number = 0

    async def rate(self, count: int) -> None:
        """Post so many ratings, and wait until all are archived."""
        numbers = range(self.number + 1, self.number + 1 + count)
        self.number += count
        async with httpx.AsyncClient(base_url=self._gateway.url, headers=self._headers, timeout=30) as client:
            answer = await client.post(
                "/api/v1/ratings/batch",
                content=ndjson([rating(number) for number in numbers]),
                headers={"content-type": "application/x-ndjson"},
            )
        assert answer.status_code == 200, answer.text
        await asyncio.to_thread(until, lambda: len(self.archived()) == self.number)

    def archived(self) -> list[tuple[str, Any]]:
        """Give position and event of all ratings, in order."""
        found, after = list[tuple[str, Any]](), "0"
        while True:
            query = {"format": "ndjson", "from": after, "limit": "1000", "feed": "ratings"}
            url = f"{self._gateway.url}/api/v1/events"
            page = httpx.get(url, params=query, headers=self._headers, timeout=30)
            lines = [json.loads(line) for line in page.text.splitlines()]
            if not lines:
                return found
            found += [(str(line["position"]), line["event"]) for line in lines]
            after = page.headers["duban-next"]


@asynccontextmanager
async def browser(gateway: Service, folder: Path, query: str, *cuts: Cut) -> AsyncIterator[Front]:
    """Open the page in Chromium, as an official who was just given an account."""
    order, grant = AccountOrder("wang.lan", "JH07", "王岚"), RoleGrant("supervisor")
    cheap = Passwords(memory_kib=64, passes=1)
    _, first = await offline.create(gateway.database_url, order, grant, passwords=cheap)
    told = {"login": order.login, "first": first, "password": "Jinghe-2023-a", "query": query}
    async with Front(gateway.port, {**told, "types": [RATED, "gap"]}) as front:
        front.cuts += cuts
        flags = (*FLAGS, f"--user-data-dir={folder}/profile", front.url)
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *flags, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
        try:
            yield front
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # With all that it started: they are of its session.
            await process.wait()


async def test_every_event_arrives_once_in_order_through_cuts_a_restart_and_silence(
    gateway: Service, folder: Path
) -> None:
    writer = Writer(gateway, await key_for(gateway, "ratings:write", "events:read"))
    await writer.rate(300)
    cuts = (Cut(40_000, hard=True), Cut(60_000, hard=False))

    async with browser(gateway, folder, "?from=beginning&feed=ratings", *cuts) as front:
        await front.until(lambda seen: len(seen.heard) == 300)
        await writer.rate(20)
        await front.until(lambda seen: len(seen.heard) == 320)
        front.open = False
        gateway.kill()
        await asyncio.to_thread(gateway.start)
        await writer.rate(20)
        front.open = True
        await front.until(lambda seen: len(seen.heard) == 340)
        await front.until(lambda seen: b": ping" in seen.streams[-1].body)
        await writer.rate(1)
        await front.until(lambda seen: len(seen.heard) == 341)

    archived = writer.archived()
    positions = [position for position, _ in archived]
    assert [(one["id"], json.loads(one["data"])) for one in front.heard] == archived
    assert {one["kind"] for one in front.heard} == {RATED}
    assert not front.streams[0].body.endswith(b"\n\n"), "the first cut was to fall into an event"
    came_with = [stream.last_event_id for stream in front.streams]
    assert (came_with[0], came_with[3:]) == (None, [positions[319]])
    assert 0 < positions.index(str(came_with[1])) <= positions.index(str(came_with[2])) < 300


async def test_who_begins_now_misses_nothing_that_comes_while_the_first_connection_is_broken(
    gateway: Service, folder: Path
) -> None:
    writer = Writer(gateway, await key_for(gateway, "ratings:write", "events:read"))
    await writer.rate(5)

    async with browser(gateway, folder, "?from=now") as front:
        await front.until(lambda seen: any(one["kind"] == "open" for one in seen.told))
        front.open = False
        front.streams[0].reset()
        await writer.rate(3)
        front.open = True
        await front.until(lambda seen: len(seen.streams) == 2)
        await writer.rate(1)
        await front.until(lambda seen: any(one["id"] == "9" for one in seen.heard))

    assert [one["id"] for one in front.heard] == ["6", "7", "8", "9"]


async def test_a_browser_whose_account_is_locked_hears_no_more_and_does_not_come_again(
    gateway: Service, folder: Path
) -> None:
    writer = Writer(gateway, await key_for(gateway, "ratings:write", "events:read"))

    async with browser(gateway, folder, "?from=now") as front:
        await front.until(lambda seen: any(one["kind"] == "open" for one in seen.told))
        await offline.set_state(gateway.database_url, "wang.lan", State.LOCKED)
        await asyncio.sleep(5)
        await writer.rate(1)
        await front.until(lambda seen: any(one.get("state") == CLOSED for one in seen.told))
        came = len(front.streams)
        await asyncio.sleep(5)

    assert (front.heard, len(front.streams)) == ([], came)
