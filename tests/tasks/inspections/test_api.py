"""Inspections over HTTP, and what an inspected unit may see of them."""

from datetime import timedelta
from typing import Any

from shared.clock import local_date
from shared.principal import Principal
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, unit_id

SCOPES = frozenset({"tasks:read", "tasks:write"})
LEADER = Principal(id="leader-1", role="leader", scopes=SCOPES)


def head(name: str) -> Principal:
    return Principal(id=f"head of {name}", role="unit_lead", unit=unit_id(name), scopes=SCOPES)


async def plan(caller: Caller, **said: Any) -> Any:  # noqa: ANN401 - JSON.
    today = local_date(caller.clock.now())
    body = {
        "title": "专项督查",
        "basis": "年度计划",
        "scope": "承诺兑现",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=4)).isoformat(),
        "team": ["督查室一组"],
        "units": [unit_id(A), unit_id(B)],
    }
    return (await caller.post("/inspections", json=body | said)).json()


async def under_way(caller: Caller, **said: Any) -> str:  # noqa: ANN401 - JSON.
    planned = await plan(caller, **said)
    path = f"/inspections/{planned['id']}"
    await caller.as_(LEADER).post(f"{path}/approval", json={})
    await caller.post(f"{path}/start")
    return path


async def test_an_inspection_is_run_over_http(filled: Caller) -> None:
    path = await under_way(filled)
    await filled.post(f"{path}/findings", json={"title": "奖补未兑现", "units": [unit_id(A)]})
    await filled.post(f"{path}/conclusion", json={"conclusion": "有一项未兑现"})
    for name in (A, B):
        await filled.as_(head(name)).post(f"{path}/feedback", json={"text": "已兑现"})

    closed = (await filled.post(f"{path}/close", json={"effect": "good", "effect_note": "已兑现"})).json()

    assert (closed["state_word"], closed["effect_word"]) == ("已办结", "效果明显")
    assert [one["state"] for one in closed["findings"]] == ["assigned"]
    assert [one["late"] for one in closed["units"]] == [False, False]
    assert len(closed["steps"]) == 8


async def test_an_objection_is_made_and_reviewed_over_http(filled: Caller) -> None:
    path = await under_way(filled)
    await filled.post(f"{path}/conclusion", json={"conclusion": "有一项未兑现"})
    made = (await filled.as_(head(A)).post(f"{path}/objections", json={"text": "不属实"})).json()

    said = {"outcome": "upheld", "opinion": "证据充分"}
    answer = await filled.as_(LEADER).post(f"{path}/objections/{unit_id(A)}/review", json=said)

    assert [one["outcome_word"] for one in made["objections"]] == ["待复核"]
    assert [one["outcome_word"] for one in answer.json()["objections"]] == ["维持结论"]


async def test_an_inspected_unit_sees_its_own_part_once_it_is_under_way(filled: Caller) -> None:
    planned = await plan(filled, units=[unit_id(A)])
    path = f"/inspections/{planned['id']}"
    before = (await filled.as_(head(A)).get(path)).status_code

    await filled.as_(LEADER).post(f"{path}/approval", json={})
    await filled.post(f"{path}/start")

    mine, theirs = (await filled.as_(head(A)).get(path), await filled.as_(head(B)).get(path))
    assert (before, mine.status_code, theirs.status_code) == (404, 200, 404)
    assert (mine.json()["steps"], [one["unit_id"] for one in mine.json()["units"]]) == ([], [unit_id(A)])


async def test_inspections_are_listed_and_looked_back_at(filled: Caller) -> None:
    path = await under_way(filled)
    first = path.removeprefix("/inspections/")
    back = await plan(filled, follow_up_of=first)
    year = local_date(filled.clock.now()).year

    asked: list[dict[str, Any]] = [{"state": "draft"}, {"unit": unit_id(A), "year": year}, {"year": 1999}]
    seen = [[one["id"] for one in (await filled.get("/inspections", **query)).json()] for query in asked]

    assert (seen[0], len(seen[1]), seen[2]) == ([back["id"]], 2, [])
    assert (await filled.get(path)).json()["follow_ups"] == [back["id"]]
    assert len((await filled.as_(head(A)).get("/inspections")).json()) == 1


async def test_a_plan_is_withdrawn_over_http(filled: Caller) -> None:
    planned = await plan(filled)

    said = (await filled.post(f"/inspections/{planned['id']}/withdrawal", json={"reason": "并入专项"})).json()

    assert said["state_word"] == "已撤回"


async def test_the_limits_are_shown(filled: Caller) -> None:
    assert (await filled.get("/inspection-limits")).json()["per_year"] == 2
