"""Two replicas on one database: what one of them is told takes effect on the other within five seconds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.accounts.rules import Rules
from services.gateway.keys import revoke_key, rotate_key
from shared.database import Database
from shared.testing import FakeClock
from tests.gateway.accounts.made import (
    ACCOUNT,
    ACCOUNTS,
    OTHER,
    PASSWORD,
    account,
    ask,
    log_in,
    person,
    token_of,
)
from tests.gateway.accounts.replica import TASKS, Replica, Seconds, replica, replica_on
from tests.gateway.test_databases import db, postgres  # noqa: F401 - fixtures: both kinds of database.

Pair = tuple[Replica, Replica]
Deed = Callable[[Replica, str, str], Awaitable[object]]


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with replica(tmp_path) as here, replica(tmp_path, here) as there:
        yield here, there


async def do(here: Replica, role: str, method: str, path: str, said: dict[str, str] | None = None) -> None:
    async with person(here, role) as client:
        answer = await client.request(method, ACCOUNTS + path, json=said)
        assert answer.is_success, answer.text


async def lock(here: Replica, account_id: str, _token: str) -> None:
    await do(here, "sysadmin", "PUT", f"/{account_id}/state", {"state": "locked"})


async def disable(here: Replica, account_id: str, _token: str) -> None:
    await do(here, "sysadmin", "PUT", f"/{account_id}/state", {"state": "disabled"})


async def reset(here: Replica, account_id: str, _token: str) -> None:
    await do(here, "sysadmin", "POST", f"/{account_id}/password")


async def give(here: Replica, account_id: str, _token: str) -> None:
    await do(here, "secadmin", "PUT", f"/{account_id}/role", {"role": "auditor"})


async def leave(here: Replica, _account_id: str, token: str) -> None:
    await ask(here, token, "DELETE")


async def rotate(here: Replica, _account_id: str, token: str) -> None:
    await ask(here, token, "POST", f"{ACCOUNT}/password", old=PASSWORD, new=OTHER)


@pytest.mark.parametrize("deed", [lock, disable, reset, give, leave, rotate])
async def test_a_session_that_ends_on_one_replica_fails_on_the_other_within_five_seconds(
    pair: Pair, deed: Deed
) -> None:
    here, there = pair
    made = await account(here)
    token = await token_of(here, made.login)
    before = [(await ask(one, token, path=TASKS)).status_code for one in pair]

    await deed(here, made.id, token)
    at_once = (await ask(here, token, path=TASKS)).json()["code"]
    here.pass_by(5)

    assert (before, at_once) == ([200, 200], "session.invalid")
    assert (await ask(there, token, path=TASKS)).json()["code"] == "session.invalid"


async def test_a_lockout_holds_on_every_replica_from_the_failure_on(pair: Pair) -> None:
    here, there = pair
    made = await account(here)

    for number in range(5):
        await log_in(pair[number % 2], made.login, "wrong")

    assert [(await log_in(one, made.login)).status_code for one in (here, there)] == [429, 429]


async def test_tries_at_the_same_time_do_not_get_past_the_limit(db: Database) -> None:  # noqa: F811 - the fixture.
    clock, seconds = FakeClock(), Seconds()
    async with AsyncExitStack() as stack:
        pair = [await stack.enter_async_context(replica_on(db, clock, seconds, Rules())) for _ in range(2)]
        made = await account(pair[0])
        tries = [log_in(pair[number % 2], made.login, "wrong") for number in range(12)]
        codes = [one.json()["code"] for one in await asyncio.gather(*tries)]

    assert sorted(codes) == ["login.failed"] * 5 + ["login.locked"] * 7


async def test_two_logins_with_one_first_password_open_one_session(db: Database) -> None:  # noqa: F811 - the fixture.
    clock = FakeClock()
    async with replica_on(db, clock, Seconds(), Rules()) as one:
        made = await account(one, first_until=clock.real_now() + timedelta(hours=1))
        answers = await asyncio.gather(*(log_in(one, made.login) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]


async def test_a_session_that_expires_does_so_on_every_replica_at_that_second(pair: Pair) -> None:
    made = await account(pair[0])
    token = await token_of(pair[0], made.login)
    for one in pair:
        await ask(one, token)

    pair[0].pass_by(30 * 60)

    assert [(await ask(one, token)).json()["code"] for one in pair] == ["session.expired"] * 2


async def test_work_on_one_replica_keeps_a_session_alive_on_the_other(pair: Pair) -> None:
    here, there = pair
    token = await token_of(here, (await account(here)).login)
    for _ in range(3):
        here.pass_by(20 * 60)
        await ask(here, token)
        await here.accounts.parts[0].write()  # type: ignore[attr-defined]  # The first part is the uses.

    assert (await ask(there, token)).status_code == 200


async def test_a_key_that_is_rotated_or_revoked_on_one_replica_fails_on_the_other_within_five_seconds(
    pair: Pair,
) -> None:
    here, there = pair
    (first, stolen), (second, revoked) = await here.key(), await here.key()
    before = [(await ask(there, one, path=TASKS)).status_code for one in (stolen, revoked)]

    async with here.db.transaction() as tx:
        _, new = await rotate_key(tx, first.id, real_now=here.clock.real_now(), overlap=timedelta(0))
        await revoke_key(tx, second.id, real_now=here.clock.real_now())
    here.pass_by(5)
    after = [(await ask(there, one, path=TASKS)).json() for one in (stolen, revoked, new)]

    assert before == [200, 200]
    assert [one.get("code") for one in after] == ["key.invalid", "key.invalid", None]
