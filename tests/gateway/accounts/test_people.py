"""The three administrators: who makes accounts, who gives roles, and that none of them can do it alone."""

from typing import Any

import httpx
import pytest

from services.gateway.accounts.models import Account
from tests.gateway.accounts.made import ACCOUNTS, account, ask, audited, log_in, person, token_of, with_factor
from tests.gateway.accounts.replica import TASKS, Replica

NEW = {"login": "wang.fang", "person": "JH0001", "name": "王某"}


async def do(place: Replica, role: str, method: str, path: str, /, **said: Any) -> httpx.Response:  # noqa: ANN401 - JSON.
    """Ask as a person of a role."""
    async with person(place, role) as client:
        return await client.request(method, ACCOUNTS + path, json=said or None)


async def row_of(place: Replica, account_id: str) -> Account:
    async with place.db.reading() as session:
        row = await session.get(Account, account_id)
    assert row is not None
    return row


async def test_it_takes_two_administrators_to_make_somebody_who_may_do_anything(place: Replica) -> None:
    made = (await do(place, "sysadmin", "POST", "", **NEW)).json()
    refused = [
        await do(place, "sysadmin", "PUT", f"/{made['id']}/role", role="supervisor"),
        await do(place, "secadmin", "POST", "", **NEW),
    ]
    given = await do(place, "secadmin", "PUT", f"/{made['id']}/role", role="unit", unit="u1")

    assert [one.json()["code"] for one in refused] == ["scope.missing"] * 2
    assert (made["role"], given.json()["role"], given.json()["unit"]) == ("", "unit", "u1")
    assert (await log_in(place, "wang.fang", made["password"])).json()["stage"] == "password"
    told = [
        (one.what, one.about) for one in await audited(place) if one.what in {"account.made", "role.given"}
    ]
    assert told == [("role.given", made["id"]), ("account.made", made["id"])]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"login": "9x"}, 422, "login.invalid"),
        ({"login": "Wang Fang"}, 422, "login.invalid"),
        ({"person": "张三"}, 422, "person.invalid"),
        ({"person": "JH0002"}, 409, "account.taken"),
        ({"login": "WANG.FANG"}, 409, "account.taken"),
        ({"role": "unit"}, 422, "request.invalid"),
    ],
)
async def test_an_account_that_may_not_be_is_not_made(
    place: Replica, changes: dict[str, str], status: int, code: str
) -> None:
    await do(place, "sysadmin", "POST", "", **NEW)
    if changes.get("login") != "WANG.FANG":
        changes = {"login": "other", **changes}

    refused = await do(place, "sysadmin", "POST", "", **(NEW | {"person": "JH0002"} | changes))
    if status == 409 and "person" in changes:
        refused = await do(place, "sysadmin", "POST", "", **(NEW | {"login": "third"}))

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_nobody_deals_with_their_own_account(place: Replica) -> None:
    system, security = await account(place, "sysadmin"), await account(place, "secadmin")
    maker, giver = await token_of(place, system.login), await token_of(place, security.login)

    refused = [
        await ask(place, maker, "POST", f"{ACCOUNTS}/{system.id}/password"),
        await ask(place, maker, "PUT", f"{ACCOUNTS}/{system.id}/state", state="disabled"),
        await ask(place, giver, "PUT", f"{ACCOUNTS}/{security.id}/role", role="supervisor"),
        await ask(place, giver, "DELETE", f"{ACCOUNTS}/{security.id}/second-factor"),
    ]

    assert [one.status_code for one in refused] == [403] * 4
    assert {one.json()["code"] for one in refused} == {"account.own", "role.own"}


async def test_no_person_becomes_a_second_kind_of_administrator_even_later(place: Replica) -> None:
    made = await account(place, "")
    roles = ["auditadmin", "supervisor", "secadmin", "sysadmin", "auditadmin"]

    await account(place, "auditadmin")  # Else the last one stays.
    codes = [
        (await do(place, "secadmin", "PUT", f"/{made.id}/role", role=role)).json().get("code")
        for role in roles
    ]

    assert codes == [None, None, "role.kept_apart", "role.kept_apart", None]


@pytest.mark.parametrize(
    ("role", "code"), [("king", "role.unknown"), ("feed", "role.system"), ("unit", "unit.missing")]
)
async def test_a_role_that_may_not_be_is_not_given(place: Replica, role: str, code: str) -> None:
    made = await account(place, "")

    assert (await do(place, "secadmin", "PUT", f"/{made.id}/role", role=role)).json()["code"] == code


async def test_the_last_administrator_of_a_kind_stays(place: Replica) -> None:
    last = await account(place, "auditadmin")

    refused = [
        await do(place, "secadmin", "PUT", f"/{last.id}/role", role=""),
        await do(place, "sysadmin", "PUT", f"/{last.id}/state", state="locked"),
        await do(place, "sysadmin", "POST", f"/{last.id}/password"),
    ]
    await account(place, "auditadmin")
    locked = await do(place, "sysadmin", "PUT", f"/{last.id}/state", state="locked")

    assert [one.json()["code"] for one in refused] == ["account.last_administrator"] * 3
    assert locked.json()["state"] == "locked"


async def test_whoever_resets_an_administrators_password_does_not_become_it(place: Replica) -> None:
    await account(place, "secadmin")
    made, plain = await account(place, "secadmin"), await account(place, "unit", "u1")

    reset = (await do(place, "sysadmin", "POST", f"/{made.id}/password")).json()
    other = (await do(place, "sysadmin", "POST", f"/{plain.id}/password")).json()

    assert (reset["role"], other["role"]) == ("", "unit")
    assert (await log_in(place, made.login, reset["password"])).status_code == 201


async def test_a_reset_a_lock_a_grant_and_a_lost_factor_end_all_sessions_at_once(place: Replica) -> None:
    deeds = [
        ("sysadmin", "POST", "/password", {}),
        ("sysadmin", "PUT", "/state", {"state": "locked"}),
        ("secadmin", "PUT", "/role", {"role": "leader"}),
    ]
    seen = []
    for role, method, path, said in deeds:
        made = await account(place)
        token = await token_of(place, made.login)
        await ask(place, token, path=TASKS)
        await do(place, role, method, f"/{made.id}{path}", **said)
        seen.append((await ask(place, token, path=TASKS)).json()["code"])

    assert seen == ["session.invalid"] * 3


async def test_unlocking_forgets_failures_and_dropping_a_factor_its_codes(place: Replica) -> None:
    made, _, codes = await with_factor(place)
    for _ in range(5):
        await log_in(place, made.login, "wrong")

    locked = await log_in(place, made.login)
    await do(place, "sysadmin", "PUT", f"/{made.id}/state", state="active")
    await do(place, "secadmin", "DELETE", f"/{made.id}/second-factor")
    opened = await log_in(place, made.login)

    assert (locked.status_code, opened.json()["stage"], len(codes)) == (429, "full", 10)


async def test_accounts_are_listed_to_administrators_without_anything_secret(place: Replica) -> None:
    made = await account(place)

    listed = (await do(place, "auditadmin", "GET", "?limit=1000")).json()
    refused = await do(place, "supervisor", "GET", "")
    none = await do(place, "sysadmin", "PUT", "/acc-none/state", state="locked")

    shown = next(one for one in listed if one["id"] == made.id)
    assert "password" not in shown
    assert made.password not in str(listed)
    assert (refused.status_code, none.json()["code"]) == (403, "account.not_found")
    assert (await row_of(place, made.id)).state == "active"
