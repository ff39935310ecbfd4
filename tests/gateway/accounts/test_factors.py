"""The second factor: set up, shown, never twice with one code, and what stands in for a lost authenticator."""

from pathlib import Path

from sqlalchemy import select

from services.gateway.accounts.models import Account, RecoveryCode
from tests.gateway.accounts.made import (
    ACCOUNT,
    SESSION,
    account,
    ask,
    audited,
    code_now,
    token_of,
    with_factor,
)
from tests.gateway.accounts.replica import TASKS, Replica, replica

SHOW, BEGIN, CONFIRM = (
    f"{SESSION}/second-factor",
    f"{ACCOUNT}/second-factor",
    f"{ACCOUNT}/second-factor/confirmation",
)


async def test_who_has_a_second_factor_may_do_nothing_without_it(place: Replica) -> None:
    made, secret, _ = await with_factor(place)
    place.pass_by(60)

    token = await token_of(place, made.login)
    refused = [
        await ask(place, token, path=TASKS),
        await ask(place, token, "POST", f"{ACCOUNT}/password", new="Weihe#2024#bc"),
        await ask(place, token, "POST", BEGIN, code=""),
    ]
    shown = await ask(place, token, "POST", SHOW, code=code_now(place, secret))
    used = await ask(place, shown.json()["token"], path=TASKS)

    assert [one.json()["code"] for one in refused] == ["session.incomplete"] * 3
    assert (shown.json()["stage"], used.status_code) == ("full", 200)
    assert (await ask(place, token)).json()["code"] == "session.invalid"


async def test_a_code_counts_once_even_in_another_session(place: Replica) -> None:
    made, secret, _ = await with_factor(place)
    place.pass_by(60)
    code = code_now(place, secret)

    answers = [await ask(place, await token_of(place, made.login), "POST", SHOW, code=code) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 403]
    assert answers[1].json()["code"] == "factor.wrong"


async def test_the_code_that_set_it_up_does_not_open_a_session_too(place: Replica) -> None:
    made, secret, _ = await with_factor(place)
    token = await token_of(place, made.login)

    assert (await ask(place, token, "POST", SHOW, code=code_now(place, secret))).status_code == 403
    assert (await ask(place, token, "POST", SHOW, code=code_now(place, secret, steps=1))).status_code == 200


async def test_a_recovery_code_stands_in_once_and_only_for_its_owner(place: Replica) -> None:
    made, _, codes = await with_factor(place)
    _, _, others = await with_factor(place)
    token, second = await token_of(place, made.login), await token_of(place, made.login)

    theirs = await ask(place, token, "POST", SHOW, code=others[0])
    mine = await ask(place, token, "POST", SHOW, code=codes[0].upper().replace("-", " "))
    again = await ask(place, second, "POST", SHOW, code=codes[0])

    assert [theirs.status_code, mine.status_code, again.status_code] == [403, 200, 403]
    assert [one.detail for one in await audited(place, what="factor.shown")] == ['{"how":"recovery"}']


async def test_five_wrong_codes_lock_the_second_factor_whatever_password_is_shown_between(
    place: Replica,
) -> None:
    made, secret, _ = await with_factor(place)
    place.pass_by(60)

    codes = []
    for _ in range(5):
        token = await token_of(place, made.login)
        codes.append((await ask(place, token, "POST", SHOW, code="000000")).json()["code"])
    locked = await ask(place, token, "POST", SHOW, code=code_now(place, secret))

    assert (codes, locked.json()["code"]) == (["factor.wrong"] * 5, "login.locked")


async def test_a_role_that_must_have_a_second_factor_does_nothing_before_it_is_set_up(tmp_path: Path) -> None:
    async with replica(tmp_path, factor_roles=frozenset({"supervisor"})) as place:
        made = await account(place)
        token = await token_of(place, made.login)
        refused = await ask(place, token, path=TASKS)
        secret = (await ask(place, token, "POST", BEGIN, code="")).json()["secret"]
        wrong = await ask(place, token, "POST", CONFIRM, code="000000")
        done = await ask(place, token, "POST", CONFIRM, code=code_now(place, secret))
        used = await ask(place, done.json()["token"], path=TASKS)

    assert (refused.json()["stage"], wrong.json()["code"]) == ("enrol", "factor.wrong")
    assert (done.status_code, len(done.json()["recovery_codes"]), used.status_code) == (200, 10, 200)


async def test_a_new_authenticator_needs_a_code_of_the_old_one(place: Replica) -> None:
    made, secret, codes = await with_factor(place)
    token = await token_of(place, made.login)
    token = (await ask(place, token, "POST", SHOW, code=codes[0])).json()["token"]

    stolen = await ask(place, token, "POST", BEGIN, code="")
    place.pass_by(60)
    begun = await ask(place, token, "POST", BEGIN, code=code_now(place, secret))
    new = begun.json()["secret"]
    done = await ask(place, token, "POST", CONFIRM, code=code_now(place, new))

    assert (stolen.json()["code"], begun.status_code, done.status_code) == ("factor.wrong", 200, 200)
    async with place.db.reading() as session:
        left = (await session.scalars(select(RecoveryCode).where(RecoveryCode.account_id == made.id))).all()
    assert len(left) == 10


async def test_what_is_out_of_turn_is_refused(place: Replica) -> None:
    token = await token_of(place, (await account(place)).login)

    answers = [
        await ask(place, token, "POST", SHOW, code="000000"),
        await ask(place, token, "POST", CONFIRM, code="000000"),
    ]

    assert [one.json()["code"] for one in answers] == ["factor.not_wanted", "factor.not_begun"]


async def test_the_secret_is_sealed_in_the_database(place: Replica) -> None:
    made, secret, codes = await with_factor(place)

    async with place.db.reading() as session:
        row = await session.get(Account, made.id)
        kept = await session.scalars(select(RecoveryCode.code_hash))

    assert row is not None
    assert row.factor is not None
    assert secret.encode() not in row.factor
    assert not set(kept) & set(codes)
