"""Quotas: who has asked too much is told for how long, and everybody what is left."""

from pathlib import Path

from services.gateway.accounts.limits import MOST_KEPT, Limits
from services.gateway.roles import Key
from shared.principal import Principal
from tests.gateway.accounts.made import account, ask, audited, token_of
from tests.gateway.accounts.replica import TASKS, Seconds, replica


def key(name: str, role: str = "supervisor", per_minute: int | None = None) -> Key:
    return Key(Principal(id=name, role=role), source_id="", expires_at=None, per_minute=per_minute)


def test_a_keys_own_quota_goes_before_its_roles_and_that_before_all_others() -> None:
    limits = Limits({"*": 10, "leader": 20, "feed": 0})

    asked = [key("a"), key("b", "leader"), key("c", "leader", 5), key("d", "feed"), key("e", per_minute=0)]
    quotas = [limits.take(one) for one in asked]

    assert [None if one is None else one.per_minute for one in quotas] == [10, 20, 5, None, None]


def test_buckets_that_are_full_again_are_forgotten() -> None:
    seconds = Seconds()
    limits = Limits({"*": 1}, seconds=seconds)
    for number in range(MOST_KEPT):
        limits.take(key(str(number)))
    seconds.at = 30.0
    limits.take(key("late"))
    seconds.at = 61.0

    assert limits.take(key("new")) is not None
    late = limits.take(key("late"))
    assert late is not None
    assert late.wait > 0
    first = limits.take(key("0"))
    assert first is not None
    assert first.wait == 0


async def test_headers_say_what_is_left_and_a_refusal_when_to_come_again(tmp_path: Path) -> None:
    async with replica(tmp_path, per_minute={"*": 2}) as place:
        _, secret = await place.key()
        token = await token_of(place, (await account(place)).login)
        answers = [await ask(place, secret, path=TASKS) for _ in range(3)]
        others = await ask(place, token, path=TASKS)
        place.pass_by(30)
        later = await ask(place, secret, path=TASKS)
        await place.accounts.refusals.write()
        (entry,) = await audited(place, what="request.refused")

    assert [one.status_code for one in [*answers, others, later]] == [200, 200, 429, 200, 200]
    assert [one.headers["ratelimit"] for one in answers] == [
        '"minute";r=1;t=30',
        '"minute";r=0;t=60',
        '"minute";r=0;t=60',
    ]
    assert answers[2].headers["ratelimit-policy"] == '"minute";q=2;w=60'
    assert (answers[2].headers["retry-after"], answers[2].json()["code"]) == ("30", "rate.exceeded")
    assert entry.about == "GET /api/v1/tasks"


async def test_who_has_no_limit_gets_no_headers_of_one(tmp_path: Path) -> None:
    async with replica(tmp_path, per_minute={"*": 0}) as place:
        _, secret = await place.key()
        answer = await ask(place, secret, path=TASKS)

    assert "ratelimit" not in answer.headers
