"""A real gateway and a real Valkey: what was acknowledged survives SIGKILL, once, in the stream and in the archive."""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import redis

from services.gateway.archive.live import format_greeting
from shared.testing_servers import ValkeyServer
from tests.gateway.processes import Service, key_for, new_secret, until
from tests.gateway.world import rating

pytestmark = [pytest.mark.valkey, pytest.mark.timeout(180)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a short path: that of a socket has at most 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="duban-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def valkey(folder: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def service(folder: Path, valkey: ValkeyServer) -> AsyncIterator[Service]:
    made = Service("gateway", folder, valkey.url, new_secret())
    made.start()
    yield made
    made.stop()


async def post_until_killed(service: Service, secret: str, *, first: int, delay: float) -> set[str]:
    """Post on eight connections, kill the gateway `delay` seconds after the fortieth; give what it acknowledged."""
    acknowledged: set[str] = set()
    enough = asyncio.Event()

    async def poster(numbers: Iterator[int], client: httpx.AsyncClient) -> None:
        with contextlib.suppress(httpx.TransportError):
            for number in numbers:
                answer = await client.post("/api/v1/ratings", json=rating(number))
                assert answer.status_code == 201
                acknowledged.add(answer.json()["rating_id"])
                if len(acknowledged) == 40:
                    enough.set()

    headers = {"authorization": f"Bearer {secret}"}
    numbers = iter(range(first, first + 100_000))
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=10) as client:
        posters = [asyncio.create_task(poster(numbers, client)) for _ in range(8)]
        await enough.wait()
        await asyncio.sleep(delay)
        service.kill()
        await asyncio.gather(*posters)
    return acknowledged


def streamed(valkey: ValkeyServer) -> list[str]:
    with redis.Redis.from_url(valkey.url) as client:
        return [json.loads(fields[b"__data__"])["subject"] for _, fields in client.xrange("ratings")]


def archived(service: Service, secret: str) -> list[dict[str, object]]:
    headers, found = {"authorization": f"Bearer {secret}"}, list[dict[str, object]]()
    after = "0"
    while True:
        query = {"format": "ndjson", "from": after, "limit": "1000", "feed": "ratings"}
        page = httpx.get(f"{service.url}/api/v1/events", params=query, headers=headers, timeout=10)
        lines = [json.loads(line) for line in page.text.splitlines()]
        if not lines:
            return found
        found += [line["event"] for line in lines]
        after = page.headers["duban-next"]


async def test_everything_acknowledged_is_there_once_after_the_gateway_is_killed(
    service: Service, valkey: ValkeyServer
) -> None:
    secret = await key_for(service, "ratings:write", "events:read", "ops:read")
    acknowledged: set[str] = set()

    for run, delay in enumerate((0.0, 0.03, 0.07)):  # At different steps of a commit, a relay and an append.
        acknowledged |= await post_until_killed(service, secret, first=run * 100_000, delay=delay)
        service.start()
    until(lambda: len(archived(service, secret)) == len(streamed(valkey)) >= len(acknowledged))

    subjects = [str(event["subject"]) for event in archived(service, secret)]
    assert acknowledged <= set(subjects)
    assert len(subjects) == len(set(subjects))
    assert sorted(streamed(valkey)) == sorted(subjects)


@pytest.mark.slow
async def test_a_valkey_that_is_killed_and_cut_heals_by_itself(
    service: Service, valkey: ValkeyServer
) -> None:
    secret = await key_for(service, "ratings:write", "events:read", "ops:read")
    headers = {"authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=20) as client:
        before = [
            (await client.post("/api/v1/ratings", json=rating(number))).status_code for number in range(200)
        ]
        until(lambda: len(streamed(valkey)) == 200)
        valkey.kill()
        valkey.cut(20_000)
        while_down = [
            (await client.post("/api/v1/ratings", json=rating(number))).status_code
            for number in range(200, 220)
        ]
        valkey.start()
        until(lambda: len(archived(service, secret)) == 220)
        checked = (await client.get("/api/v1/ops/gateway/archive/verify")).json()

    assert {*before, *while_down} == {201}
    assert [event["sequence"] for event in archived(service, secret)] == [
        f"{number:016d}" for number in range(1, 221)
    ]
    assert (checked["last"], checked["broken"]) == (220, None)


@pytest.mark.slow
async def test_an_open_event_stream_does_not_hold_up_the_end(service: Service) -> None:
    secret = await key_for(service, "events:read")
    headers = {"authorization": f"Bearer {secret}"}

    async with (
        httpx.AsyncClient(base_url=service.url, headers=headers, timeout=30) as client,
        client.stream("GET", "/api/v1/events?from=0") as stream,
    ):
        code = await asyncio.to_thread(service.stop)
        left = [chunk async for chunk in stream.aiter_bytes()]

    assert (code, b"".join(left)) == (-15, format_greeting(0))
