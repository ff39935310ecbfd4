"""`Idempotency-Key` at the door: what is sent twice is done once, also when something stops in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, text

from services.gateway.idempotency import service
from services.gateway.idempotency.domain import Fate
from services.gateway.idempotency.service import Claim, Kept, Register
from services.gateway.models import ApiKey
from shared.database import Database
from shared.testing import FakeClock
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.
from tests.gateway.world import World

KEY = {"idempotency-key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"'}
WANTED = {"name": "台账", "role": "auditor"}


def pass_time(world: World, by: timedelta) -> None:
    assert isinstance(world.clock, FakeClock)
    world.clock.advance(by)


async def keys_in(world: World) -> int:
    async with world.db.reading() as session:
        return await session.scalar(select(func.count()).select_from(ApiKey)) or 0


async def test_what_is_sent_twice_under_one_key_is_made_once(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        before = await keys_in(world)
        first = await client.post("/api/v1/keys", json=WANTED, headers=KEY)
        second = await client.post("/api/v1/keys", json=WANTED, headers=KEY)

    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert (first.headers.get("idempotent-replayed"), second.headers["idempotent-replayed"]) == (None, "true")
    assert await keys_in(world) == before + 1


async def test_the_answer_that_is_kept_is_sealed(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        secret = (await client.post("/api/v1/keys", json=WANTED, headers=KEY)).json()["secret"]
        async with world.db.reading() as session:
            kept = await session.scalar(text("SELECT body FROM idempotent_request"))

    assert kept
    assert secret.encode() not in kept


async def test_a_key_is_for_one_request(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        await client.post("/api/v1/keys", json=WANTED, headers=KEY)
        other = await client.post("/api/v1/keys", json=WANTED | {"name": "另一个"}, headers=KEY)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency.key_reused")


async def test_the_same_key_of_another_caller_is_another_key(world: World) -> None:
    async with await world.client(role="secadmin") as one, await world.client(role="secadmin") as two:
        first = await one.post("/api/v1/keys", json=WANTED, headers=KEY)
        second = await two.post("/api/v1/keys", json=WANTED, headers=KEY)

    assert first.json()["id"] != second.json()["id"]


async def test_nobody_gets_a_kept_answer_without_their_key(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        await client.post("/api/v1/keys", json=WANTED, headers=KEY)
    async with world.stranger() as stranger:
        refused = await stranger.post("/api/v1/keys", json=WANTED, headers=KEY)

    assert (refused.status_code, refused.json()["code"]) == (401, "key.missing")


async def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        first = await client.post("/api/v1/keys", json=WANTED, headers=KEY)
        pass_time(world, timedelta(hours=24))
        second = await client.post("/api/v1/keys", json=WANTED, headers=KEY)

    assert first.json()["id"] != second.json()["id"]


async def test_what_failed_for_now_may_be_tried_again_under_its_key(world: World) -> None:
    def down(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    async with await world.client("tasks:write") as client:
        world.inner.answer = down
        first = await client.post("/api/v1/problems", json={}, headers=KEY)
        world.inner.answer = lambda _: httpx.Response(200, json={"id": "p1"})
        second = await client.post("/api/v1/problems", json={}, headers=KEY)

    assert (first.status_code, first.json()["code"]) == (503, "service.unavailable")
    assert (second.status_code, second.json()) == (200, {"id": "p1"})


async def test_what_may_have_been_done_is_never_done_again(world: World) -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("no answer")

    world.inner.answer = silent
    async with await world.client("tasks:write") as client:
        first = await client.post("/api/v1/problems", json={}, headers=KEY)
        soon = await client.post("/api/v1/problems", json={}, headers=KEY)
        pass_time(world, timedelta(minutes=5))
        later = await client.post("/api/v1/problems", json={}, headers=KEY)

    codes = [answer.json()["code"] for answer in (first, soon, later)]
    assert codes == ["service.no_answer", "idempotency.in_progress", "idempotency.outcome_unknown"]
    assert len(world.inner.asked) == 1


async def test_a_gateway_that_stopped_between_asking_and_keeping_does_not_ask_again(world: World) -> None:
    async with await world.client("tasks:write") as client:
        world.inner.answer = lambda _: (_ for _ in ()).throw(RuntimeError("stopped here"))
        first = await client.post("/api/v1/problems", json={}, headers=KEY)
        second = await client.post("/api/v1/problems", json={}, headers=KEY)

    assert (first.status_code, second.json()["code"]) == (500, "idempotency.in_progress")
    assert len(world.inner.asked) == 1


async def test_an_answer_that_is_too_large_is_not_kept_but_nothing_is_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LARGEST_ANSWER", 3)
    async with await world.client("tasks:write") as client:
        await client.post("/api/v1/problems", json={}, headers=KEY)
        again = await client.post("/api/v1/problems", json={}, headers=KEY)

    assert (again.status_code, again.json()["code"]) == (409, "idempotency.answer_not_kept")
    assert len(world.inner.asked) == 1


async def test_what_is_no_key_is_refused_at_the_door(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        refused = await client.post("/api/v1/keys", json=WANTED, headers={"idempotency-key": "a b"})

    assert (refused.status_code, refused.json()["field"]) == (422, "Idempotency-Key")


async def much() -> AsyncIterator[bytes]:
    for _ in range(1025):
        yield b" " * 1024


async def test_a_body_over_the_limit_is_refused_under_a_key_too(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        refused = await client.post("/api/v1/keys", content=much(), headers=KEY)

    assert refused.status_code == 413


class Plain:
    """Seals nothing."""

    def seal(self, raw: bytes) -> bytes:
        """Give them back."""
        return raw

    def open(self, sealed: bytes) -> bytes:
        """Give them back."""
        return sealed


CLAIM = Claim("key-1", "k", "f")


async def test_the_sweep_forgets_what_is_past_its_life(db: Database) -> None:  # noqa: F811 - the fixture.
    assert isinstance(db.clock, FakeClock)
    register = Register(db, Plain())
    await register.claim(CLAIM)
    db.clock.advance(timedelta(hours=24))

    await register.sweep()

    async with db.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM idempotent_request")) == 0


async def test_an_answer_is_kept_as_it_was(db: Database) -> None:  # noqa: F811 - the fixture.
    answer, register = Kept(201, "application/json", b"{}"), Register(db, Plain())

    first = await register.claim(CLAIM)
    await register.settle(CLAIM, answer, Fate.KEEP)

    assert (first, await register.claim(CLAIM)) == (None, answer)


async def test_of_two_who_come_at_once_one_runs(db: Database) -> None:  # noqa: F811 - the fixture.
    register = Register(db, Plain())

    came = await asyncio.gather(register.claim(CLAIM), register.claim(CLAIM), return_exceptions=True)

    assert sorted(type(one).__name__ for one in came) == ["Conflict", "NoneType"]


async def test_who_goes_before_the_request_is_whole_has_taken_no_key(world: World) -> None:
    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    said: list[object] = []

    async def hear(message: object) -> None:
        said.append(message)

    headers = [(b"idempotency-key", b"k"), (b"x-api-key", (await world.key()).encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/keys",
        "headers": headers,
        "query_string": b"",
    }
    await world.apps.public(scope, gone, hear)

    assert said == []
