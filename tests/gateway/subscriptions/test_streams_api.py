"""What people do with streams through the public API; a whole gateway over a real Valkey."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from shared.testing_servers import ValkeyServer
from tests.gateway.subscriptions.test_people import PATH, until
from tests.gateway.world import World, entry, gateway

pytestmark = pytest.mark.valkey
Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    """Run a server."""
    folder = Path(tempfile.mkdtemp(prefix="duban-"))
    made = ValkeyServer(folder, append_only=False)
    made.start()
    yield made
    made.kill()
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def opened(folder: Path, redis_url: str) -> AsyncIterator[tuple[World, httpx.AsyncClient]]:
    """Run a gateway and open a client of operations."""
    async with (
        gateway(folder, subscriber_hosts="127.0.0.0/8", subscriber_redis_url=redis_url) as world,
        await world.client() as client,
    ):
        yield world, client


async def put(client: httpx.AsyncClient, **given: object) -> httpx.Response:
    return await client.put(f"{PATH}/credit", json={"kind": "stream", "from": "beginning", **given})


async def test_a_stream_is_set_fed_and_read_with_the_password_that_is_shown_once(
    tmp_path: Path, server: ValkeyServer
) -> None:
    async with opened(tmp_path, server.url) as (world, client):
        await world.archive(entry(1), entry(2))
        made = (await put(client)).json()
        again = (await put(client, keep_hours=24)).json()
        await until(lambda: _is_read_up_to(client, 2))
        rotated = (await client.post(f"{PATH}/credit/secret", json={})).json()["secret"]
        redis: Any = Redis.from_url(server.url, username=made["user"], password=made["secret"])
        async with redis as reader:
            ids = [key for key, _ in await reader.xrange(made["stream"])]

    assert (made["user"], made["stream"], again["secret"], again["keep_hours"]) == (
        "sub-credit",
        "sub.credit",
        None,
        24,
    )
    assert (ids, rotated != made["secret"]) == ([b"1-0", b"2-0"], True)


async def _is_read_up_to(client: httpx.AsyncClient, position: int) -> bool:
    return bool((await client.get(f"{PATH}/credit")).json()["position"] == position)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"url": "http://127.0.0.1:9/"}, 422, "subscription.not_for_stream"),
        ({"headers": {"a": "b"}}, 422, "subscription.not_for_stream"),
        ({"kind": "webhook"}, 422, "subscription.url_missing"),
        ({"kind": "mail"}, 422, "request.invalid"),
        ({"keep_entries": 1}, 422, "request.invalid"),
    ],
)
async def test_what_is_not_for_a_stream_is_refused(
    tmp_path: Path, server: ValkeyServer, given: Json, status: int, code: str
) -> None:
    async with opened(tmp_path, server.url) as (_, client):
        answer = await put(client, **given)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("", 409, "subscription.no_streams"),
        ("unix:///nowhere", 503, "subscription.streams_unavailable"),
    ],
)
async def test_without_a_server_there_are_no_streams(
    tmp_path: Path, url: str, status: int, code: str
) -> None:
    async with opened(tmp_path, url) as (_, client):
        answer = await put(client)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_stream_has_no_deliveries_no_test_and_no_other_kind(
    tmp_path: Path, server: ValkeyServer
) -> None:
    async with opened(tmp_path, server.url) as (_, client):
        await put(client)
        answers = [
            await client.post(f"{PATH}/credit/test"),
            await client.get(f"{PATH}/credit/deliveries"),
            await client.get(f"{PATH}/credit/reconciliation?day=2023-06-20"),
            await client.put(f"{PATH}/credit", json={"url": "http://127.0.0.1:9/"}),
            await client.post(f"{PATH}/credit/secret", json={"secret": "mine"}),
        ]

    assert [one.json()["code"] for one in answers] == [
        *["subscription.not_webhook"] * 3,
        "subscription.kind_fixed",
        "subscription.secret_invalid",
    ]
