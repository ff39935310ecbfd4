"""A gateway that is killed amid requests with an `Idempotency-Key`: what they ask for is made once at most."""

import asyncio
import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import update

from services.gateway.idempotency.domain import PATIENCE
from services.gateway.idempotency.models import IdempotentRequest
from services.gateway.keys import KeyOrder, create_key_offline
from shared.clock import LiveClock
from shared.database import Database
from shared.testing_servers import ValkeyServer
from tests.gateway.between import Between
from tests.gateway.processes import Service, new_secret, until

KEYS, INSPECTIONS = "/api/v1/keys", "/api/v1/inspections"
pytestmark = [pytest.mark.valkey, pytest.mark.slow, pytest.mark.timeout(600)]


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


@dataclass(frozen=True, slots=True)
class Chain:
    """A real gateway that asks real tasks through what may hold a request up."""

    gateway: Service
    between: Between


@pytest.fixture
def chain(folder: Path, valkey: ValkeyServer) -> Iterator[Chain]:
    secret, attachments = new_secret(), str(folder / "attachments")
    tasks = Service("tasks", folder, valkey.url, secret, DUBAN_ATTACHMENTS_DIR=attachments)
    with Between(tasks.inner_url) as between:
        gateway = Service("gateway", folder, valkey.url, secret, DUBAN_TASKS_URL=between.url)
        gateway.start()
        tasks.start("healthz")
        yield Chain(gateway, between)
        gateway.kill()
        tasks.kill()


async def client_of(gateway: Service, role: str) -> httpx.AsyncClient:
    order = KeyOrder(role=role, per_minute=0)
    _, secret = await create_key_offline(gateway.database_url, order)
    headers = {"authorization": f"Bearer {secret}"}
    return httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=60)


async def let_five_minutes_pass(gateway: Service) -> None:
    """Put back when requests began, since real time is nobody's to move: the row is all that tells of it."""
    db = Database(gateway.database_url, service="gateway", clock=LiveClock())
    async with db.transaction() as tx:
        begun = LiveClock().real_now() - PATIENCE
        await tx.session.execute(update(IdempotentRequest).values(begun_at=begun))
    await db.close()


async def plan_at(office: httpx.AsyncClient) -> dict[str, object]:
    """Write an inspection of a unit that is there: two that are made are two."""
    listed = [{"canonical": "政务中心", "kind": "department", "aliases": []}]
    await office.post("/api/v1/units", params={"confirm": True}, json=listed)
    (unit,) = (await office.get("/api/v1/units")).json()
    dates = {"starts_on": "2026-03-01", "ends_on": "2026-03-05"}
    said = {"title": "专项督查", "basis": "年度计划", "scope": "窗口", "team": ["督查室"]}
    return {**said, **dates, "units": [unit["id"]]}


@pytest.mark.parametrize("held", ["asking", "answering"])
async def test_what_a_killed_gateway_had_passed_on_is_made_once_and_its_repeat_says_that_nobody_knows(
    chain: Chain, held: str
) -> None:
    gateway, between = chain.gateway, chain.between
    async with await client_of(gateway, "supervisor") as office:
        plan, key = await plan_at(office), {"idempotency-key": str(uuid4())}
        between.hold_next(held)
        first = asyncio.create_task(office.post(INSPECTIONS, json=plan, headers=key))
        await asyncio.to_thread(until, between.reached.is_set)
        gateway.kill()
        with pytest.raises(httpx.TransportError):
            await first
        between.go_on.set()
        await asyncio.to_thread(until, between.went_on.is_set)
        await asyncio.to_thread(gateway.start)
        soon = await office.post(INSPECTIONS, json=plan, headers=key)
        await let_five_minutes_pass(gateway)
        later = [await office.post(INSPECTIONS, json=plan, headers=key) for _ in range(2)]
        made = (await office.get(INSPECTIONS)).json()

    assert [(one.status_code, one.json()["code"]) for one in (soon, *later)] == [
        (409, "idempotency.in_progress"),
        (409, "idempotency.outcome_unknown"),
        (409, "idempotency.outcome_unknown"),
    ]
    assert [one["title"] for one in made] == ["专项督查"]


async def post_until_killed(
    gateway: Service, client: httpx.AsyncClient, wanted: list[str], *, delay: float
) -> dict[str, httpx.Response]:
    """Ask for keys of these names on eight connections and kill the gateway after the twentieth; gives the answers."""
    answers: dict[str, httpx.Response] = {}
    enough, left = asyncio.Event(), iter(wanted)

    async def poster() -> None:
        with contextlib.suppress(httpx.TransportError):
            for name in left:
                answers[name] = await ask_for(client, name)
                if len(answers) == 20:
                    enough.set()

    posters = [asyncio.create_task(poster()) for _ in range(8)]
    await enough.wait()
    await asyncio.sleep(delay)
    gateway.kill()
    await asyncio.gather(*posters)
    return answers


async def ask_for(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post(
        KEYS, json={"name": name, "role": "auditor"}, headers={"idempotency-key": f'"{name}"'}
    )


async def test_keys_that_are_asked_for_again_after_a_kill_are_made_once(chain: Chain) -> None:
    first, again = dict[str, httpx.Response](), dict[str, httpx.Response]()
    async with await client_of(chain.gateway, "secadmin") as client:
        for run, delay in enumerate(
            (0.0, 0.02, 0.05)
        ):  # At different steps of a claim, a deed and its record.
            names = [f"key-{run}-{number}" for number in range(500)]
            answered = await post_until_killed(chain.gateway, client, names, delay=delay)
            await asyncio.to_thread(chain.gateway.start)
            first |= answered
            again |= {name: await ask_for(client, name) for name in names[: len(answered) + 8]}
        listed = Counter(one["name"] for one in (await client.get(KEYS)).json())

    new = {name: one for name, one in again.items() if name not in first}
    assert {name: again[name].text for name in first} == {name: one.text for name, one in first.items()}
    assert {again[name].headers.get("idempotent-replayed") for name in first} == {"true"}
    assert {said_of(one) for one in new.values()} <= {"made", "idempotency.in_progress"}
    assert max(listed.values()) == 1
    assert {name for name, one in again.items() if one.status_code == 201} <= set(listed)


def said_of(answer: httpx.Response) -> str:
    return "made" if answer.status_code == 201 else str(answer.json()["code"])
