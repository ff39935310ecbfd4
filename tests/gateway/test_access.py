"""Who may come in: keys, their scopes and roles, and what lists of them show."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.keys import (
    KeyOrder,
    create_key,
    create_key_offline,
    list_keys_offline,
    revoke_key,
    revoke_key_offline,
)
from services.gateway.models import ApiKey
from services.gateway.recent import MOST_KEPT, Recent
from services.gateway.roles import DEFAULT_SCOPES, SCOPES, scopes_for
from shared.errors import Invalid, NotFound
from shared.testing import FakeClock, sqlite_database
from tests.gateway.world import World, gateway


@pytest.mark.parametrize(
    "path", ["/api/v1/tasks", "/api/v1/events", "/api/v1/ops/tasks/bus", "/api/v1/feed-sources"]
)
async def test_nothing_is_readable_without_a_key(world: World, path: str) -> None:
    async with world.stranger() as stranger:
        answer = await stranger.get(path)

    assert (answer.status_code, answer.json()["code"]) == (401, "key.missing")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_may_stand_in_either_header(world: World) -> None:
    secret = await world.key("tasks:read")

    async with world.stranger() as stranger:
        bearer = await stranger.get("/api/v1/tasks", headers={"authorization": f"bearer {secret}"})
        header = await stranger.get("/api/v1/tasks", headers={"x-api-key": secret})

    assert (bearer.status_code, header.status_code) == (200, 200)


async def test_a_made_up_key_is_refused(world: World) -> None:
    async with world.stranger() as stranger:
        answer = await stranger.get("/api/v1/tasks", headers={"x-api-key": "duban_guess"})

    assert (answer.status_code, answer.json()["code"]) == (401, "key.invalid")


async def test_a_key_without_the_scope_is_told_which_one_it_lacks(world: World) -> None:
    async with await world.client(role="feed") as client:
        answer = await client.get("/api/v1/tasks")

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        403,
        "scope.missing",
        "tasks:read",
    )


async def test_an_expired_key_is_refused_though_it_is_remembered(tmp_path: Path) -> None:
    clock = FakeClock()
    async with (
        gateway(tmp_path, clock) as world,
        await world.client("tasks:read", lifetime=timedelta(hours=1)) as client,
    ):
        before = await client.get("/api/v1/tasks")
        clock.advance(timedelta(hours=1))
        after = await client.get("/api/v1/tasks")

    assert (before.status_code, after.status_code, after.json()["code"]) == (200, 401, "key.expired")


async def test_a_revoked_key_is_unknown(world: World) -> None:
    async with world.db.transaction() as tx:
        key, secret = await create_key(tx, KeyOrder(role="ops"), real_now=tx.now)
        await revoke_key(tx, key.id, real_now=tx.now)
        again = await revoke_key(tx, key.id, real_now=tx.now + timedelta(days=1))

    async with world.stranger() as stranger:
        answer = await stranger.get("/api/v1/events", headers={"x-api-key": secret})

    assert answer.json()["code"] == "key.invalid"
    assert again.revoked_at == world.clock.real_now()


async def test_only_the_hash_of_a_secret_is_kept(world: World) -> None:
    async with world.db.transaction() as tx:
        key, secret = await create_key(tx, KeyOrder(role="supervisor", label="督查室"), real_now=tx.now)

    kept = {column.name: str(getattr(key, column.name)) for column in ApiKey.__table__.columns}

    assert len(bytes.fromhex(secret.removeprefix("duban_"))) == 32
    assert not any(secret in value for value in kept.values())
    assert secret.startswith(key.prefix)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (KeyOrder(role="king"), "role.unknown"),
        (KeyOrder(role="ops", scopes=["all"]), "scope.unknown"),
        (KeyOrder(role="unit"), "unit.missing"),
        (KeyOrder(role="feed", source_id="nobody"), "source.unknown"),
        (KeyOrder(role="leader", source_id="push"), "source.not_for_role"),
    ],
)
async def test_a_key_that_makes_no_sense_is_not_made(world: World, order: KeyOrder, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        async with world.db.transaction() as tx:
            await create_key(tx, order, real_now=tx.now)

    assert caught.value.code == code


async def test_what_is_not_there_can_not_be_revoked(world: World) -> None:
    with pytest.raises(NotFound):
        async with world.db.transaction() as tx:
            await revoke_key(tx, "key-none", real_now=tx.now)


def test_a_role_has_its_own_scopes_unless_others_are_asked_for() -> None:
    assert scopes_for("feed") == {"ratings:write"}
    assert scopes_for("feed", ["events:read"]) == {"events:read"}
    assert all(scopes <= SCOPES for scopes in DEFAULT_SCOPES.values())


async def test_keys_are_made_listed_and_revoked_without_the_service(tmp_path: Path) -> None:
    await sqlite_database("gateway", tmp_path, FakeClock()).close()
    url = f"sqlite:///{tmp_path}/gateway.db"

    made, _ = await create_key_offline(url, KeyOrder(role="unit", unit="u1"))
    revoked = await revoke_key_offline(url, made.id)
    listed = await list_keys_offline(url)

    assert [(key.id, key.unit, key.revoked_at is not None) for key in listed] == [(made.id, "u1", True)]
    assert revoked.id == made.id


async def test_an_answer_is_asked_for_again_after_five_seconds() -> None:
    seconds, asked = [0.0], list[str]()

    async def find(name: str) -> str | None:
        asked.append(name)
        return name or None

    recent = Recent(find, seconds=lambda: seconds[0])
    for now in (0.0, 4.9, 5.0):
        seconds[0] = now
        await recent.get("a")
    assert [await recent.get(""), await recent.get("")] == [None, None]

    assert asked == ["a", "a", "", ""]


async def test_what_is_remembered_is_bounded() -> None:
    async def find(number: int) -> int:
        return number + 1

    recent = Recent(find)

    found = [await recent.get(number) for number in range(MOST_KEPT + 1)]

    assert found[-1] == MOST_KEPT + 1
    assert await recent.get(0) == 1
