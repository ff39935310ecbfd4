"""Keys over HTTP: made and revoked by the security administrator, logged, and the three administrators kept apart."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.keys import (
    KeyOrder,
    create_key,
    create_key_offline,
    list_audit,
    revoke_key,
    revoke_key_offline,
)
from services.gateway.roles import DEFAULT_SCOPES, SCOPES
from shared.database import Database
from shared.errors import Conflict
from shared.testing import FakeClock, sqlite_database
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.
from tests.gateway.world import World

KEYS = "/api/v1/keys"
WANTED = {"name": "某局的接口", "role": "unit", "unit": "u1"}


async def made(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON.
    answer = await client.post(KEYS, json=WANTED | changes)
    return {"status": answer.status_code, **answer.json()}


async def log(world: World, **query: int) -> list[dict[str, Any]]:
    async with await world.client(role="auditadmin") as client:
        found: list[dict[str, Any]] = (await client.get(f"{KEYS}/audit", params=query)).json()
    return found


async def test_a_new_key_shows_its_secret_once_and_works(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        key = await made(client)
        listed = (await client.get(KEYS)).json()
        used = await client.get("/api/v1/tasks", headers={"authorization": f"Bearer {key['secret']}"})

    assert (key["status"], key["scopes"], used.status_code) == (201, sorted(DEFAULT_SCOPES["unit"]), 200)
    shown = next(one for one in listed if one["id"] == key["id"])
    assert shown == {name: key[name] for name in shown}
    assert key["secret"] not in str(listed)


async def test_a_key_may_have_less_than_its_role_and_an_end(world: World) -> None:
    ends = world.clock.real_now() + timedelta(days=3)

    async with await world.client(role="secadmin") as client:
        key = await made(client, scopes=["tasks:read"], expires=ends.isoformat())
        feed = await made(client, role="feed", unit="", source="push")

    assert (key["scopes"], key["expires_at"]) == (["tasks:read"], ends.isoformat().replace("+00:00", "Z"))
    assert (feed["status"], feed["source"]) == (201, "push")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": "king"}, "role.unknown"),
        ({"scopes": ["all"]}, "scope.unknown"),
        ({"scopes": ["tasks:read", "keys:write"]}, "scope.not_for_role"),
        ({"role": "sysadmin", "scopes": ["keys:write"]}, "scope.not_for_role"),
        ({"unit": ""}, "unit.missing"),
        ({"role": "feed", "source": "nobody"}, "source.unknown"),
        ({"expires": "2020-01-01T00:00:00Z"}, "key.expires_passed"),
        ({"expires": "2099-01-01T00:00:00"}, "request.invalid"),
        ({"admin": True}, "request.invalid"),
        ({"name": ""}, "request.invalid"),
    ],
)
async def test_a_key_that_may_not_be_is_refused_and_leaves_no_trace(
    world: World, changes: dict[str, Any], code: str
) -> None:
    async with await world.client(role="secadmin") as client:
        refused = await made(client, **changes)

    assert (refused["status"], refused["code"]) == (422, code)
    assert [one["role"] for one in await log(world)] == ["auditadmin", "secadmin"]


async def test_a_revoked_key_is_refused_and_revoking_again_changes_nothing(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        key = await made(client)
        first = (await client.delete(f"{KEYS}/{key['id']}")).json()
        again = (await client.delete(f"{KEYS}/{key['id']}")).json()
        used = await client.get("/api/v1/tasks", headers={"authorization": f"Bearer {key['secret']}"})
        none = await client.delete(f"{KEYS}/key-none")

    assert first["revoked_at"] is not None
    assert (again, used.json()["code"], none.status_code) == (first, "key.invalid", 404)
    assert [one["what"] for one in await log(world) if one["key_id"] == key["id"]] == ["revoked", "made"]


async def test_the_log_says_who_did_what_when_and_is_read_in_pages(world: World) -> None:
    async with await world.client(role="secadmin") as client:
        key = await made(client)
        (own,) = [one["id"] for one in (await client.get(KEYS)).json() if one["role"] == "secadmin"]

    _, latest, first = await log(world)
    assert (latest["by"], latest["what"], latest["key_id"], latest["label"]) == (
        own,
        "made",
        key["id"],
        WANTED["name"],
    )
    assert latest["at"] == world.clock.real_now().isoformat().replace("+00:00", "Z")
    assert (first["by"], first["key_id"]) == ("offline", own)
    assert await log(world, limit=1, before=latest["id"]) == [first]


async def test_the_last_key_that_makes_keys_stays(db: Database) -> None:  # noqa: F811 - the fixture.
    now = db.clock.real_now()
    async with db.transaction() as tx:
        first, _ = await create_key(tx, KeyOrder(role="secadmin"), real_now=now)
        second, _ = await create_key(tx, KeyOrder(role="secadmin"), real_now=now)
        await create_key(tx, KeyOrder(role="secadmin", scopes=["keys:read"]), real_now=now)
        ending = KeyOrder(role="secadmin", lifetime=timedelta(hours=1))
        await create_key(tx, ending, real_now=now - timedelta(days=1))

    async with db.transaction() as tx:
        await revoke_key(tx, first.id, real_now=now, keep_last=True)
    with pytest.raises(Conflict) as caught:
        async with db.transaction() as tx:
            await revoke_key(tx, second.id, real_now=now, keep_last=True)

    assert caught.value.code == "key.last_writer"


async def test_what_is_done_on_the_machine_is_logged_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    behind = sqlite_database("gateway", tmp_path, FakeClock())
    key, _ = await create_key_offline(url, KeyOrder(role="secadmin"))
    await revoke_key_offline(url, key.id)

    async with behind.reading() as session:
        found = await list_audit(session, limit=10)
    await behind.close()

    assert [(one.by, one.what, one.key_id) for one in found] == [
        ("offline", "revoked", key.id),
        ("offline", "made", key.id),
    ]


# What each administrator may do with keys, and nobody else anything, whatever scopes the key holds.
DEEDS = {
    "list": ("GET", KEYS),
    "audit": ("GET", f"{KEYS}/audit"),
    "make": ("POST", KEYS),
    "revoke": ("DELETE", f"{KEYS}/key-none"),
}
MAY = {"secadmin": {"list", "make", "revoke"}, "auditadmin": {"list", "audit"}}


@pytest.mark.parametrize("role", DEFAULT_SCOPES)
async def test_only_two_administrators_see_keys_and_one_makes_them(world: World, role: str) -> None:
    async with await world.client(*SCOPES, role=role, unit="u1") as client:
        answers = {deed: await client.request(*route, json=WANTED) for deed, route in DEEDS.items()}

    refused = {deed for deed, answer in answers.items() if answer.status_code == 403}
    assert refused == set(DEEDS) - MAY.get(role, set())
    assert {answers[deed].json()["code"] for deed in refused} <= {"role.refused"}


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("secadmin", "/tasks"),
        ("secadmin", "/plans"),
        ("secadmin", "/events"),
        ("secadmin", "/ops/tasks/bus"),
        ("secadmin", "/keys/audit"),
        ("auditadmin", "/tasks"),
        ("auditadmin", "/plans"),
        ("sysadmin", "/keys"),
        ("sysadmin", "/events"),
        ("sysadmin", "/keys/audit"),
    ],
)
async def test_no_administrator_reads_what_is_anothers(world: World, role: str, path: str) -> None:
    async with await world.client(role=role) as client:
        answer = await client.get(f"/api/v1{path}")

    assert answer.status_code == 403


def test_the_audit_administrator_changes_nothing() -> None:
    assert not [scope for scope in DEFAULT_SCOPES["auditadmin"] if not scope.endswith(":read")]
    assert DEFAULT_SCOPES["secadmin"] & DEFAULT_SCOPES["sysadmin"] == {"accounts:read"}
