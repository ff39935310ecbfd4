"""What people do with subscriptions, through the public API: set, test, pause, replay, skip, reconcile, remove."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.subscriptions.models import Subscription
from tests.gateway.subscriptions.world import always, receiving
from tests.gateway.world import World, entry, gateway

PATH = "/api/v1/subscriptions"
Json = dict[str, Any]


@asynccontextmanager
async def opened(folder: Path, hosts: str = "127.0.0.0/8") -> AsyncIterator[tuple[World, httpx.AsyncClient]]:
    """Run a gateway and open a client of operations."""
    async with gateway(folder, subscriber_hosts=hosts) as world, await world.client() as client:
        yield world, client


async def until(found: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds, for twenty seconds at most."""
    for _ in range(400):
        if await found():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came to hold")


async def put(client: httpx.AsyncClient, url: str, name: str = "credit", **more: object) -> httpx.Response:
    return await client.put(f"{PATH}/{name}", json={"url": url, "from": "0", **more})


async def states(client: httpx.AsyncClient, name: str = "credit") -> list[str]:
    items = (await client.get(f"{PATH}/{name}/deliveries")).json()["items"]
    return [one["state"] for one in items]


async def test_a_subscription_is_set_served_and_shown_and_its_secret_is_shown_once(tmp_path: Path) -> None:
    with receiving() as receiver:
        async with opened(tmp_path) as (world, client):
            await world.archive(*(entry(number) for number in range(1, 4)))
            made = (await put(client, receiver.url)).json()
            await until(lambda: _are(client, ["delivered"] * 3))
            again = (await put(client, receiver.url, timeout=5)).json()
            listed = (await client.get(PATH)).json()

    assert made["secret"].startswith("whsec_")
    assert (again["secret"], again["timeout"], listed[0]["secret"]) == (None, 5.0, None)
    assert (made["begun_after"], listed[0]["position"], sorted(receiver.taken)) == (0, 3, [1, 2, 3])


async def _are(client: httpx.AsyncClient, wanted: list[str]) -> bool:
    return await states(client) == wanted


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"url": "http://192.0.2.1/"}, "subscription.host_refused"),
        ({"headers": {"webhook-id": "x"}}, "subscription.header_invalid"),
        ({"ca_file": "/nowhere.pem"}, "subscription.ca_file_missing"),
        ({"from": "yesterday"}, "position.invalid"),
    ],
)
async def test_what_can_not_be_served_is_refused_with_its_field(
    tmp_path: Path, changes: Json, code: str
) -> None:
    async with opened(tmp_path) as (_, client):
        answer = await client.put(f"{PATH}/credit", json={"url": "http://127.0.0.1:9/"} | changes)

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        code,
        next(iter(changes)),
    )


async def test_a_position_ahead_of_the_archive_and_a_bad_name_are_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, client):
        ahead = await put(client, "http://127.0.0.1:9/", **{"from": "7"})
        named = await put(client, "http://127.0.0.1:9/", "Credit")

    assert (ahead.status_code, ahead.json()["code"]) == (409, "position.ahead")
    assert (named.status_code, named.json()["code"]) == (422, "subscription.name_invalid")


async def test_a_subscription_begins_at_a_date_of_shanghai(tmp_path: Path) -> None:
    async with opened(tmp_path) as (world, client):
        await world.archive(*(entry(number) for number in range(1, 4)))  # Of 2023-06-20, 09:00.
        begun = [
            (await put(client, "http://127.0.0.1:9/", f"s{number}", **{"from": when})).json()["begun_after"]
            for number, when in enumerate(("2023-06-20", "2023-06-21", "2023-06-20T09:00", "now"))
        ]

    assert begun == [0, 3, 0, 3]


async def test_a_test_event_is_sent_at_once_and_the_answer_is_told(tmp_path: Path) -> None:
    with receiving(always(401)) as receiver:
        async with opened(tmp_path) as (_, client):
            await put(client, receiver.url)
            told = (await client.post(f"{PATH}/credit/test")).json()

    assert (told["outcome"], told["status"]) == ("failed", 401)
    assert receiver.got[0][1]["type"] == "cn.duban.exchange.subscription.tested.v1"


async def test_a_paused_subscription_gets_nothing_until_it_is_resumed(tmp_path: Path) -> None:
    with receiving() as receiver:
        async with opened(tmp_path) as (world, client):
            await put(client, receiver.url)
            paused = (await client.post(f"{PATH}/credit/pause")).json()
            await world.archive(entry(1))
            await client.post(f"{PATH}/credit/test")
            before = list(receiver.taken)
            await client.post(f"{PATH}/credit/resume")
            await until(lambda: _are(client, ["delivered"]))

    assert (paused["state"], before, receiver.taken) == ("paused", [], [1])


@pytest.mark.slow
async def test_a_failed_delivery_is_shown_with_its_attempts_and_may_be_skipped(tmp_path: Path) -> None:
    with receiving(always(500)) as receiver:
        async with opened(tmp_path) as (world, client):
            await put(client, receiver.url)
            await world.archive(entry(1))
            await until(lambda: _tried(client))
            shown = (await client.get(f"{PATH}/credit/deliveries/1")).json()
            skipped = (await client.post(f"{PATH}/credit/deliveries/1/skip", json={"reason": "测试"})).json()

    assert (shown["state"], shown["tried"][0]["status"]) == ("waiting", 500)
    assert (skipped["state"], skipped["reason"].startswith("测试（")) == ("skipped", True)


async def _tried(client: httpx.AsyncClient) -> bool:
    return bool((await client.get(f"{PATH}/credit/deliveries/1")).json().get("tried"))


async def test_a_day_is_reconciled_id_by_id_and_what_lacks_is_replayed(tmp_path: Path) -> None:
    with receiving() as receiver:
        async with opened(tmp_path) as (world, client):
            await world.archive(entry(1), entry(2))
            await put(client, receiver.url)
            await until(lambda: _are(client, ["delivered"] * 2))
            day = {"day": "2023-06-20"}
            counted = (await client.get(f"{PATH}/credit/reconciliation", params=day)).json()
            has = {"ids": [receiver.got[0][0], "strange"]}
            held = (await client.post(f"{PATH}/credit/reconciliation", params=day, json=has)).json()
            replay = {"first": 1, "last": 9, "states": ["delivered"]}
            queued = (await client.post(f"{PATH}/credit/replay", json=replay)).json()
            await until(lambda: _asked(receiver.taken, 4))

    assert (counted["published"], counted["states"]) == (2, {"delivered": 2})
    assert held == {"missing": [receiver.got[1][0]], "strange": ["strange"], "open": []}
    assert queued == {"queued": 2}


async def _asked(taken: list[int], wanted: int) -> bool:
    return len(taken) == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"first": 2, "last": 1}, "replay.range"),
        ({"first": 1, "last": 2, "states": ["waiting"]}, "replay.states"),
    ],
)
async def test_a_replay_that_makes_no_sense_is_refused(tmp_path: Path, body: Json, code: str) -> None:
    async with opened(tmp_path) as (_, client):
        answer = await client.post(f"{PATH}/credit/replay", json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_secret_is_rotated_to_a_given_one_or_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, client):
        await put(client, "http://127.0.0.1:9/")
        given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        taken = (await client.post(f"{PATH}/credit/secret", json={"secret": given})).json()
        refused = await client.post(f"{PATH}/credit/secret", json={"secret": "short"})

    assert taken == {"secret": given}
    assert (refused.status_code, refused.json()["code"]) == (422, "subscription.secret_invalid")


async def test_only_what_is_paused_can_be_removed_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    async with opened(tmp_path) as (world, client):
        await put(client, "http://127.0.0.1:9/")
        active = await client.delete(f"{PATH}/credit")
        await client.post(f"{PATH}/credit/pause")
        removed = await client.delete(f"{PATH}/credit")
        gone = await client.get(f"{PATH}/credit")
        async with world.db.reading() as session:
            left = await session.get(Subscription, "credit")

    assert (active.status_code, removed.status_code, gone.status_code, left) == (409, 204, 404, None)


@pytest.mark.slow
async def test_figures_say_what_waits_and_who_is_not_served(tmp_path: Path) -> None:
    async with opened(tmp_path) as (world, client):
        await put(client, "http://127.0.0.1:1/")
        await world.archive(entry(1))
        await until(lambda: _tried(client))
        await client.post(f"{PATH}/credit/pause")
        async with world.inside() as inner:
            text = (await inner.get("/metrics")).text

    assert 'duban_subscription_deliveries_waiting{subscription="credit"} 1.0' in text
    assert 'duban_subscription_active{subscription="credit"} 0.0' in text
    assert 'duban_subscription_disabled{subscription="credit"} 0.0' in text
