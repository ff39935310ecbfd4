"""Logging in and out: what is refused and why, first passwords, stages, cookies, and what the audit says of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import Request

from services.gateway.accounts.domain import PasswordRules, State
from services.gateway.roles import DEFAULT_SCOPES
from tests.gateway.accounts.made import (
    ACCOUNT,
    OTHER,
    PASSWORD,
    SESSION,
    account,
    ask,
    audited,
    log_in,
    token_of,
)
from tests.gateway.accounts.replica import TASKS, Replica, over_tls, replica

HOUR = 3600


async def test_a_session_stands_for_the_same_principal_as_a_key_of_that_role(place: Replica) -> None:
    made = await account(place, "unit", "u1")

    opened = (await log_in(place, made.login.upper())).json()
    used = await ask(place, opened["token"], path=TASKS)
    me = (await ask(place, opened["token"])).json()

    assert used.json() == {"by": made.id, "role": "unit", "unit": "u1"}
    assert (opened["stage"], me["scopes"], me["token"]) == ("full", sorted(DEFAULT_SCOPES["unit"]), "")
    assert [one.what for one in await audited(place, by=made.id)] == ["session.opened"]


@pytest.mark.parametrize(
    ("changes", "password", "why"),
    [
        ({}, "wrong", "wrong_password"),
        ({"state": State.LOCKED}, PASSWORD, "account_locked"),
        ({"state": State.DISABLED}, PASSWORD, "account_disabled"),
        ({"login": "nobody"}, PASSWORD, "unknown_login"),
    ],
)
async def test_a_refused_login_tells_nobody_but_the_audit_why(
    place: Replica, changes: dict[str, str], password: str, why: str
) -> None:
    made = await account(place, **{name: one for name, one in changes.items() if name != "login"})

    refused = await log_in(place, changes.get("login", made.login), password)

    assert (refused.status_code, refused.json()["code"]) == (401, "login.failed")
    (entry,) = await audited(place)
    assert (entry.what, entry.detail) == ("login.failed", f'{{"why":"{why}"}}')
    assert entry.about == ("" if "login" in changes else made.id)


@pytest.mark.parametrize("known", [True, False])
async def test_five_failures_lock_a_login_name_that_exists_just_as_one_that_does_not(
    place: Replica, *, known: bool
) -> None:
    login = (await account(place)).login if known else "nobody"

    codes = [(await log_in(place, login, "wrong")).json()["code"] for _ in range(5)]
    locked = await log_in(place, login)
    place.pass_by(30 * 60)
    later = await log_in(place, login)

    assert codes == ["login.failed"] * 5
    assert (locked.status_code, locked.json()["code"]) == (429, "login.locked")
    assert int(locked.headers["retry-after"]) == 30 * 60 + 1
    assert later.status_code == (201 if known else 401)


async def test_a_success_forgets_the_failures_before_it(place: Replica) -> None:
    made = await account(place)

    for _ in range(3):
        for _ in range(4):
            await log_in(place, made.login, "wrong")
        assert (await log_in(place, made.login)).status_code == 201


async def test_a_first_password_counts_once_and_has_to_be_changed(place: Replica) -> None:
    made = await account(place, first_until=place.clock.real_now() + timedelta(hours=72))

    token = await token_of(place, made.login)
    again = await log_in(place, made.login)
    refused = await ask(place, token, path=TASKS)
    changed = (await ask(place, token, "POST", f"{ACCOUNT}/password", new=OTHER)).json()
    used = await ask(place, changed["token"], path=TASKS)

    assert (again.status_code, refused.status_code, refused.json()["stage"]) == (401, 403, "password")
    assert (used.status_code, (await log_in(place, made.login, OTHER)).status_code) == (200, 201)
    assert (await ask(place, token)).json()["code"] == "session.invalid"


async def test_a_first_password_and_an_unfinished_session_run_out(place: Replica) -> None:
    now = place.clock.real_now()
    late = await account(place, first_until=now)
    made = await account(place, first_until=now + timedelta(hours=72))
    token = await token_of(place, made.login)

    place.pass_by(10 * 60)

    assert (await log_in(place, late.login)).status_code == 401
    assert (await ask(place, token)).json()["code"] == "session.expired"


async def test_an_old_password_has_to_be_changed_and_former_ones_do_not_come_again(tmp_path: Path) -> None:
    rules = PasswordRules(lasts=timedelta(days=90), remembered=2)
    async with replica(tmp_path, passwords=rules) as place:
        made = await account(place)
        place.pass_by(90 * 24 * HOUR)
        token = await token_of(place, made.login)
        path = f"{ACCOUNT}/password"
        same = await ask(place, token, "POST", path, new=PASSWORD)
        token = (await ask(place, token, "POST", path, new=OTHER)).json()["token"]
        back = await ask(place, token, "POST", path, old=OTHER, new=PASSWORD)
        third = await ask(place, token, "POST", path, old=OTHER, new=OTHER + "3")
        old = await ask(place, third.json()["token"], "POST", path, old=OTHER + "3", new=PASSWORD)

    assert [one.json().get("faults") for one in (same, back)] == [["used_before"]] * 2
    assert (third.status_code, old.status_code) == (200, 200)


async def test_changing_a_password_asks_for_the_old_one_and_ends_all_other_sessions(place: Replica) -> None:
    made = await account(place)
    stolen, token = await token_of(place, made.login), await token_of(place, made.login)
    path = f"{ACCOUNT}/password"

    wrong = await ask(place, token, "POST", path, old="wrong", new=OTHER)
    weak = await ask(place, token, "POST", path, old=PASSWORD, new="short")
    changed = await ask(place, token, "POST", path, old=PASSWORD, new=OTHER)

    assert (wrong.json()["code"], weak.json()["code"]) == ("password.wrong", "password.weak")
    assert "至少 10 个字符" in weak.json()["title"]
    codes = {(await ask(place, one)).json()["code"] for one in (stolen, token)}
    assert (codes, changed.status_code) == ({"session.invalid"}, 200)


async def test_a_session_ends_idle_and_at_its_age_though_it_is_used(place: Replica) -> None:
    made = await account(place)
    idle, busy = await token_of(place, made.login), await token_of(place, made.login)

    for _ in range(25):
        place.pass_by(29 * 60)
        last = await ask(place, busy, path=TASKS)

    assert (await ask(place, idle)).json()["code"] == "session.expired"
    assert (last.status_code, last.json()["code"]) == (401, "session.expired")


async def test_ones_sessions_are_listed_and_ended_and_nobody_elses(place: Replica) -> None:
    made, other = await account(place), await account(place)
    token, second = await token_of(place, made.login), await token_of(place, made.login)
    others = (await ask(place, await token_of(place, other.login))).json()["session"]
    path = f"{ACCOUNT}/sessions"

    listed = (await ask(place, token, path=path)).json()
    theirs = await ask(place, token, "DELETE", f"{path}/{others}")
    mine = next(one["id"] for one in listed if not one["is_this"])
    ended = await ask(place, token, "DELETE", f"{path}/{mine}")

    assert (len(listed), theirs.status_code, ended.status_code) == (2, 404, 204)
    assert (await ask(place, second)).json()["code"] == "session.invalid"
    assert (await ask(place, token, "DELETE")).status_code == 204
    assert (await ask(place, token)).json()["code"] == "session.invalid"


async def test_a_browser_gets_a_cookie_that_no_script_and_no_other_site_can_use(place: Replica) -> None:
    made = await account(place)
    async with over_tls(place).stranger() as browser:
        said = {"login": made.login, "password": PASSWORD, "cookie": True}
        opened = await browser.post(SESSION, json=said)
        read = await browser.get(TASKS)
        plain = await browser.post(TASKS)
        foreign = await browser.post(TASKS, headers={"origin": "https://evil.example"})
        own = await browser.post(TASKS, headers={"origin": "https://duban"})
        gone = await browser.delete(SESSION, headers={"x-duban-request": "1"})

    cookie = opened.headers["set-cookie"]
    assert cookie.startswith("__Host-duban_session=dubans_")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert (opened.json()["token"], read.status_code, own.status_code) == ("", 200, 200)
    assert [one.json()["code"] for one in (plain, foreign)] == ["request.cross_site"] * 2
    assert (gone.status_code, "Max-Age=0" in gone.headers["set-cookie"]) == (204, True)


async def test_a_key_in_a_cookie_is_none_and_a_login_from_another_site_is_refused(place: Replica) -> None:
    made, (_, secret) = await account(place), await place.key()
    said = {"login": made.login, "password": PASSWORD}

    async with place.stranger() as browser:
        hidden = await browser.get(TASKS, headers={"cookie": f"duban_session={secret}"})
        forged = await browser.post(SESSION, json=said, headers={"origin": "https://evil.example"})
        plain = await browser.post(SESSION, json=said | {"cookie": True}, headers={"origin": "http://duban"})

    assert (hidden.json()["code"], forged.json()["code"]) == ("key.missing", "request.cross_site")
    assert plain.headers["set-cookie"].startswith("duban_session=")
    assert "Secure" not in plain.headers["set-cookie"]


@pytest.mark.slow
async def test_one_address_logs_in_sixty_times_a_minute(place: Replica) -> None:
    codes = [(await log_in(place, f"n{number}", "wrong")).status_code for number in range(61)]

    assert codes == [401] * 60 + [429]


async def test_an_answer_that_goes_on_for_long_is_no_use_and_ends_with_the_session(place: Replica) -> None:
    token = await token_of(place, (await account(place)).login)
    door, said = place.accounts.door, [(b"authorization", f"Bearer {token}".encode())]
    request = Request({"type": "http", "headers": said})

    admitted = []
    for minutes in (29, 1):
        place.pass_by(minutes * 60)
        admitted += [await door.still_admits(request, scope) for scope in ("tasks:read", "keys:write")]

    assert admitted == [True, False, False, False]


async def test_tokens_and_passwords_are_nowhere_in_the_database(place: Replica, tmp_path: Path) -> None:
    made = await account(place)
    token = await token_of(place, made.login)
    await ask(place, token, "POST", f"{ACCOUNT}/password", old=PASSWORD, new=OTHER)

    assert not [one for one in (token, PASSWORD, OTHER) if one.encode() in all_bytes(tmp_path)]


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
