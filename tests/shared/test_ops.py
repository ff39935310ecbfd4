import base64
import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from shared.clock import LiveClock
from shared.database import Database
from shared.errors import Permanent, Unavailable
from shared.principal import Principal, sign
from shared.streams import Bus, Entry, Export, HttpHistory, OwnersHistory, ops_router
from shared.streams.lag import Lag
from shared.streams.relay import Relay
from shared.testing import FakeClock
from shared.web import create_app, principal_check
from tests.shared.world import (
    Failing,
    World,
    has_effects,
    parked,
    publish,
    spoil,
    unit,
    units_to,
    until,
    until_cursor,
    until_trouble,
    until_well,
)

SECRET = "a secret for tests that is long enough for HS256"
OPS = Principal(id="ops", role="ops", scopes=frozenset({"ops:read", "ops:write", "archive:read"}))
NOBODY = Principal(id="nobody", role="unit")


def app_of(bus: Bus) -> FastAPI:
    return create_app("test", routers=[ops_router(bus, principal_check(SECRET))])


def client_of(app: FastAPI, who: Principal = OPS) -> httpx.AsyncClient:
    headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers)


async def with_dead(world: World) -> tuple[Bus, Database, Failing]:
    """Run an owner and a reader until the event of subject `a` is dead."""
    owner, reader = world.database("tasks"), world.database("notify")
    handler = Failing("a", error=Permanent)
    await world.bus(owner)
    bus = await world.bus(reader, units_to(handler))
    await publish(owner, unit("a"), unit("b"))
    await until_cursor(reader, 2)
    return bus, reader, handler


@pytest.mark.slow
async def test_dead_events_are_listed_shown_and_replayed(world: World) -> None:
    bus, reader, handler = await with_dead(world)
    handler.bad.clear()

    async with client_of(app_of(bus)) as client:
        listed = (await client.get("/dead")).json()["items"]
        shown = (await client.get("/dead/supervision/1")).json()
        answer = await client.post("/dead/supervision/1/replay")

    assert [one["sequence"] for one in listed] == [1]
    assert "a does not work" in shown["reason"]
    assert json.loads(shown["text"])["subject"] == "a"
    assert answer.status_code == 204
    await until(lambda: has_effects(reader, 2))


async def test_a_dead_event_can_be_discarded(world: World) -> None:
    bus, reader, _ = await with_dead(world)

    async with client_of(app_of(bus)) as client:
        first = await client.post("/dead/supervision/1/discard")
        second = await client.post("/dead/supervision/1/discard")

    assert (first.status_code, second.status_code) == (204, 404)
    assert await parked(reader, dead=True) == []


async def test_an_event_that_is_not_dead_can_be_neither_shown_nor_replayed(world: World) -> None:
    bus, _, _ = await with_dead(world)

    async with client_of(app_of(bus)) as client:
        answers = [
            await client.get("/dead/supervision/2"),
            await client.post("/dead/supervision/2/replay"),
        ]

    assert [answer.json()["code"] for answer in answers] == ["dead_event.not_found"] * 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/bus"),
        ("POST", "/bus/repair"),
        ("GET", "/bus/gaps"),
        ("POST", "/bus/gaps/supervision"),
        ("GET", "/bus/outbox/supervision"),
        ("GET", "/dead"),
        ("GET", "/dead/supervision/1"),
        ("POST", "/dead/supervision/1/replay"),
        ("POST", "/dead/supervision/1/discard"),
    ],
)
async def test_operations_demand_their_scope(world: World, method: str, path: str) -> None:
    bus = await world.bus(world.database("tasks"))

    async with client_of(app_of(bus), NOBODY) as client:
        answer = await client.request(method, path, json={"first": 1, "last": 1, "reason": "x"})

    assert answer.status_code == 403


@pytest.mark.slow
async def test_the_state_names_relays_cursors_and_problems(world: World) -> None:
    owner = world.database("tasks")
    bus = await world.bus(owner)
    await publish(owner, unit("a"))
    await until_well(bus)
    await world.redis.xadd("supervision", {"foo": "bar"})
    await until_trouble(bus)

    async with client_of(app_of(bus)) as client:
        state = (await client.get("/bus")).json()

    assert state["active"] is True
    assert "relay supervision" in state["problems"][0]


@pytest.mark.slow
async def test_repair_is_a_route(world: World) -> None:
    owner = world.database("tasks")
    bus = await world.bus(owner)
    await publish(owner, unit("a"))
    await until_well(bus)
    await world.redis.xadd("supervision", {"foo": "bar"})
    await until_trouble(bus)

    async with client_of(app_of(bus)) as client:
        done = (await client.post("/bus/repair")).json()

    assert len(done[0]["removed"]) == 1
    await until_well(bus)


async def test_the_archive_reads_the_outboxes_of_the_owners(world: World) -> None:
    owner, gateway = world.database("tasks"), world.database("gateway")
    await publish(owner, unit("a"), unit("b"), unit("c"))
    bus = await world.bus(owner)

    async with client_of(app_of(bus)) as client:
        export = Export(secret=SECRET, clock=LiveClock(), client=client)
        history = OwnersHistory(gateway, {"tasks": "http://inner"}, export)
        found = await history.read("supervision", 1, 10)
        own = await history.read("ratings", 0, 10)

    assert [(entry.sequence, json.loads(entry.raw)["subject"]) for entry in found] == [(2, "b"), (3, "c")]
    assert own == []


async def test_a_service_exports_only_its_own_outbox(world: World) -> None:
    bus = await world.bus(world.database("tasks"))

    async with client_of(app_of(bus)) as client:
        answer = await client.get("/bus/outbox/ratings")

    assert answer.json()["code"] == "feed.not_found"


def archive(answer: Callable[[httpx.Request], httpx.Response]) -> HttpHistory:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return HttpHistory("http://gateway/", secret=SECRET, clock=LiveClock(), client=client)


async def test_history_is_read_from_the_gateways_archive_as_a_signed_principal() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        payload = base64.b64encode(b"\x00raw").decode()
        return httpx.Response(200, text=json.dumps({"sequence": 8, "payload": payload}) + "\n")

    found = await archive(answer).read("ratings", 7, 5)

    assert found == [Entry("ratings", 8, b"\x00raw")]
    assert str(asked[0].url) == "http://gateway/archive/ratings?after=7&limit=5"
    assert asked[0].headers["x-duban-principal"]


async def test_the_gateways_archive_says_where_it_ends() -> None:
    said = {"position": 9, "hash": "ab", "streams": {"ratings": 4}}

    head = await archive(lambda _: httpx.Response(200, json=said)).head()

    assert (head.position, head.hash, head.streams) == (9, "ab", {"ratings": 4})


async def test_an_archive_that_refuses_is_unavailable() -> None:
    history = archive(lambda _: httpx.Response(503))

    with pytest.raises(Unavailable):
        await history.read("ratings", 0, 5)

    await history.close()


def figure(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(f"duban_{name}", labels)


async def test_the_owner_exports_the_outbox_and_the_lag_of_every_group(world: World) -> None:
    clock, registry = FakeClock(), CollectorRegistry()
    db = world.database("tasks", clock=clock)
    await publish(db, unit("a"), unit("b"), unit("c"))
    relay = Relay("supervision", db=db, client=world.redis, history=None)
    for _ in range(3):
        await relay.step()
    await world.redis.xreadgroup("notify", "notify", {"supervision": ">"}, count=2)
    await world.redis.xack("supervision", "notify", "1-0")
    clock.advance(timedelta(seconds=40))
    await publish(db, unit("d"))

    await Lag(db, client=world.redis, registry=registry).collect_stream(relay)

    both = {"stream": "supervision", "group": "notify"}
    assert figure(registry, "bus_lag_events", **both) == 3
    assert figure(registry, "bus_oldest_unread_seconds", **both) == 40
    assert figure(registry, "bus_lag_events", stream="supervision", group="archive") == 4
    assert figure(registry, "outbox_depth_events", stream="supervision") == 1
    assert figure(registry, "outbox_oldest_seconds", stream="supervision") == 0
    assert figure(registry, "relay_up", stream="supervision") == 1


async def test_a_group_exports_its_parked_and_dead_events(world: World) -> None:
    owner, reader = world.database("tasks"), world.database("notify")
    await publish(owner, unit("a"), unit("b"), unit("c"))
    await spoil(owner, "supervision", 2)
    await world.bus(owner)
    registry = CollectorRegistry()
    bus = await world.bus(reader, units_to(Failing("a")), registry=registry)
    await until_cursor(reader, 3)

    await bus.collect()

    both = {"stream": "supervision", "group": "notify"}
    assert figure(registry, "bus_parked_events", **both) == 1
    assert figure(registry, "bus_dead_events", **both) == 1


@pytest.mark.slow
async def test_a_relay_that_stopped_is_down_in_the_figures_and_a_standby_exports_none(world: World) -> None:
    owner, registry = world.database("tasks"), CollectorRegistry()
    bus = await world.bus(owner, registry=registry)
    await publish(owner, unit("a"))
    await until_well(bus)
    await world.redis.xadd("supervision", {"foo": "bar"})
    await until_trouble(bus)

    await bus.collect()
    down = figure(registry, "relay_up", stream="supervision")
    await world.stop(bus)
    await bus.collect()

    assert down == 0
    assert figure(registry, "relay_up", stream="supervision") is None
