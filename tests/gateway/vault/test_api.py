"""Who sees what of the vault over HTTP: masked, or unmasked for a reason that is logged; and who destroys."""

from typing import Any

import httpx
import pytest

from services.gateway.roles import SCOPES
from tests.gateway.vault.keepers import LI, PLANTED, ZHANG, keep
from tests.gateway.world import World

VAULT = "/api/v1/vault"
WISH = {"reason": "核实情况后回访", "kinds": ["phone", "name"]}


async def log(world: World) -> list[dict[str, Any]]:
    async with await world.client(role="auditadmin") as client:
        found: list[dict[str, Any]] = (await client.get(f"{VAULT}/audit")).json()
    return found


async def unmasked(
    world: World, subject: str, wish: dict[str, Any], role: str = "supervisor"
) -> httpx.Response:
    async with await world.client(role=role) as client:
        return await client.post(f"{VAULT}/{subject}/unmasked", json=wish)


async def test_pieces_are_shown_masked_and_that_is_not_logged(world: World) -> None:
    await keep(world.db, {"push.1.1": ZHANG})

    async with await world.client(role="supervisor") as client:
        answer = await client.get(f"{VAULT}/push.1.1")

    assert answer.json()["masked"] is True
    assert answer.json()["pieces"] == {
        "name": "张**",
        "phone": "139****1234",
        "certificate": "619900********1234",
        "address": "崇文镇虎杨村****",
        "text": "我叫某某，窗口让我跑了三趟，请回电［电话］。",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert await log(world) == []


async def test_an_unmasked_look_says_who_when_what_and_why(world: World) -> None:
    await keep(world.db, {"r1": ZHANG})

    answer = await unmasked(world, "r1", WISH)

    assert answer.json() == {
        "subject_id": "r1",
        "masked": False,
        "pieces": {"name": "张晓梅", "phone": "13900001234"},
    }
    (deed,) = await log(world)
    assert (deed["what"], deed["subject_id"], deed["kinds"]) == ("seen", "r1", "name phone")
    assert deed["reason"] == "核实情况后回访"
    assert deed["by"].startswith("key-")
    assert deed["at"] == world.clock.real_now().isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "reason.missing"),
        ({"kinds": []}, "kinds.missing"),
        ({"kinds": ["all"]}, "kind.unknown"),
        ({"who": "me"}, "request.invalid"),
    ],
)
async def test_a_look_without_a_reason_or_a_kind_is_refused_and_shows_nothing(
    world: World, changes: dict[str, Any], code: str
) -> None:
    await keep(world.db, {"r1": ZHANG})

    answer = await unmasked(world, "r1", WISH | changes)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not [word for word in PLANTED if word in answer.text]
    assert await log(world) == []


async def test_nobody_else_looks_or_destroys_and_the_log_is_for_its_administrator(world: World) -> None:
    await keep(world.db, {"r1": ZHANG})

    looks = [(await unmasked(world, "r1", WISH, role)).status_code for role in ("leader", "secadmin", "ops")]
    async with await world.client(*SCOPES, role="supervisor") as client:
        destroys = await client.delete(f"{VAULT}/people/r1", params={"reason": "本人要求"})
        reads = await client.get(f"{VAULT}/audit")

    assert looks == [403, 403, 403]
    assert (destroys.json()["code"], reads.json()["code"]) == ("role.refused", "role.refused")


async def test_a_destroyed_person_is_no_more_and_the_log_says_so(world: World) -> None:
    await keep(world.db, {"r1": ZHANG, "r2": ZHANG, "r3": LI})

    async with await world.client(role="secadmin") as client:
        without_reason = await client.delete(f"{VAULT}/people/r1")
        done = await client.delete(f"{VAULT}/people/r1", params={"reason": "本人要求"})
        again = await client.delete(f"{VAULT}/people/r1", params={"reason": "本人要求"})
    answers = [await unmasked(world, subject, WISH) for subject in ("r1", "r2", "r3")]

    assert (without_reason.json()["code"], done.status_code, again.status_code) == (
        "reason.missing",
        200,
        404,
    )
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert [deed["what"] for deed in await log(world)] == ["seen", "destroyed"]


async def test_the_log_is_read_in_pages(world: World) -> None:
    await keep(world.db, {"r1": ZHANG})
    for _ in range(3):
        await unmasked(world, "r1", WISH)

    async with await world.client(role="auditadmin") as client:
        first = (await client.get(f"{VAULT}/audit", params={"limit": 2})).json()
        rest = (await client.get(f"{VAULT}/audit", params={"before": first[-1]["id"]})).json()

    assert ([one["id"] for one in first], [one["id"] for one in rest]) == ([3, 2], [1])


async def test_what_is_not_there_is_not_found(world: World) -> None:
    async with await world.client(role="supervisor") as client:
        answer = await client.get(f"{VAULT}/none")

    assert (answer.status_code, answer.json()["code"]) == (404, "vault.nothing")
