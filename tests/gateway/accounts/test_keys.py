"""Keys: their last use, their rotation with an overlap, their own quota, and administrators kept apart."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.gateway.accounts.uses import Uses
from services.gateway.models import ApiKey
from tests.gateway.accounts.made import ask, audited
from tests.gateway.accounts.replica import TASKS, Replica

KEYS = "/api/v1/keys"
HOUR = 3600


async def rotated(place: Replica, secret: str, key_id: str, **said: Any) -> httpx.Response:  # noqa: ANN401 - JSON.
    return await ask(place, secret, "POST", f"{KEYS}/{key_id}/rotation", **said)


async def test_both_secrets_of_a_rotated_key_count_until_the_overlap_ends(place: Replica) -> None:
    (key, old), (_, secadmin) = await place.key(), await place.key("secadmin")

    made = (await rotated(place, secadmin, key.id, overlap_hours=2)).json()
    meanwhile = [(await ask(place, one, path=TASKS)).json() for one in (old, made["secret"])]
    place.pass_by(2 * HOUR)
    after = [(await ask(place, one, path=TASKS)).status_code for one in (old, made["secret"])]

    assert [one["by"] for one in meanwhile] == [key.id, key.id]
    assert (made["id"], after) == (key.id, [401, 200])
    assert (await audited(place, what="key.rotated"))[0].about == key.id


async def test_a_secret_that_leaked_is_rotated_without_an_overlap(place: Replica) -> None:
    (key, old), (_, secadmin) = await place.key(), await place.key("secadmin")
    await ask(place, old, path=TASKS)

    await rotated(place, secadmin, key.id, overlap_hours=0)
    place.pass_by(5)

    assert (await ask(place, old, path=TASKS)).json()["code"] == "key.invalid"


async def test_a_second_rotation_ends_the_first_secret(place: Replica) -> None:
    (key, first), (_, secadmin) = await place.key(), await place.key("secadmin")
    second = (await rotated(place, secadmin, key.id)).json()["secret"]
    await rotated(place, secadmin, key.id)

    assert (await ask(place, first, path=TASKS)).status_code == 401
    assert (await ask(place, second, path=TASKS)).status_code == 200


async def test_no_one_gets_the_secret_of_another_administrator(place: Replica) -> None:
    (own, secret), (other, _), (gone, _) = (
        await place.key("secadmin"),
        await place.key("auditadmin"),
        await place.key(lifetime=timedelta(hours=-1)),
    )

    theirs = await rotated(place, secret, other.id)
    made = await ask(place, secret, "POST", KEYS, name="x", role="sysadmin")
    over = await rotated(place, secret, gone.id)
    none = await rotated(place, secret, "key-none")
    mine = await rotated(place, secret, own.id)

    assert [one.json()["code"] for one in (theirs, made)] == ["role.kept_apart"] * 2
    assert (over.json()["code"], none.status_code, mine.status_code) == ("key.over", 404, 200)


def uses_of(place: Replica) -> Uses:
    (uses,) = (part for part in place.accounts.parts if isinstance(part, Uses))
    return uses


async def test_the_last_use_of_a_key_is_written_beside_the_requests(place: Replica) -> None:
    key, secret = await place.key()
    uses = uses_of(place)

    await ask(place, secret, path=TASKS)
    place.pass_by(60)
    await ask(place, secret, path=TASKS)
    before = await used_at(place, key.id)
    await uses.write()

    assert before is None
    assert await used_at(place, key.id) == str(place.clock.real_now())


async def test_uses_that_could_not_be_written_are_written_the_next_time(place: Replica) -> None:
    key, secret = await place.key()
    uses = uses_of(place)
    await ask(place, secret, path=TASKS)
    await rename(place, "api_key", "aside")
    with pytest.raises(OperationalError):
        await uses.write()
    await rename(place, "aside", "api_key")

    await uses.write()

    assert await used_at(place, key.id) == str(place.clock.real_now())


async def rename(place: Replica, table: str, name: str) -> None:
    async with place.db.transaction() as tx:
        await tx.session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


async def used_at(place: Replica, key_id: str) -> str | None:
    async with place.db.reading() as session:
        row = await session.get(ApiKey, key_id)
    assert row is not None
    return None if row.last_used_at is None else str(row.last_used_at)


async def test_a_key_may_have_a_quota_of_its_own(place: Replica) -> None:
    _, secadmin = await place.key("secadmin")

    made = (await ask(place, secadmin, "POST", KEYS, name="x", role="leader", per_minute=1)).json()
    codes = [(await ask(place, made["secret"], path=TASKS)).status_code for _ in range(2)]

    assert (made["per_minute"], codes) == (1, [200, 429])
