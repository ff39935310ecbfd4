"""Projects over HTTP: the list, one project, its steps, the pace by project, unit and in all, funds, adjustments."""

from datetime import date, timedelta
from typing import Any

import pytest_asyncio

from shared.clock import local_date
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, C, unit_id

JSON = dict[str, Any]


@pytest_asyncio.fixture
async def today(filled: Caller) -> date:
    return local_date(filled.clock.now())


def body(today: date, **changes: Any) -> JSON:  # noqa: ANN401 - any field.
    said: JSON = {
        "title": "示例电池项目",
        "units": [{"role": "lead", "unit_id": unit_id(A)}, {"role": "responsible", "unit_id": unit_id(B)}],
        "leader_post": "leader-2",
        "total": "10",
        "annual": "3.65",
        "year": today.year,
        "approval_ref": "示例备1号",
        "starts_on": f"{today.year}-01-01",
        "completes_on": f"{today.year}-12-31",
        "listed_on": f"{today.year - 1}-01-01",
        "stage": "started",
    }
    return said | changes


async def register(caller: Caller, today: date, **changes: Any) -> str:  # noqa: ANN401 - any field.
    answer = await caller.post("/projects", json=body(today, **changes))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def post(caller: Caller, path: str, **said: Any) -> Any:  # noqa: ANN401 - JSON.
    answer = await caller.post(path, json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def start(caller: Caller, project: str, today: date) -> None:
    await post(
        caller,
        f"/projects/{project}/nodes",
        node="start",
        reached_on=today.isoformat(),
        evidence={"filed": "纳统1号"},
    )


async def test_a_project_shows_what_each_batch_ahead_still_needs(filled: Caller, today: date) -> None:
    project = await register(filled, today, stage="planned", approval_ref=None, preliminary=True)

    shown = (await filled.get(f"/projects/{project}")).json()

    assert (shown["stage_word"], shown["level_owner_word"], shown["unit_name"]) == ("谋划一批", "新城级", A)
    assert [len(shown["lacks"][stage]) for stage in ("reserved", "started", "producing")] == [1, 2, 3]
    assert next((node["word"], node["reached_on"]) for node in shown["nodes"]) == ("正式开工建设", None)


async def test_a_project_goes_from_planning_to_production(filled: Caller, today: date) -> None:
    project = await register(filled, today, stage="planned")
    await post(filled, f"/projects/{project}/stage", to="started", reason="条件具备")
    await start(filled, project, today)

    shown = await post(filled, f"/projects/{project}/stage", to="producing")

    assert (shown["stage"], shown["node"], shown["node_word"]) == ("producing", "start", "正式开工建设")
    assert shown["nodes"][0]["evidence"] == {"filed": "纳统1号"}


async def test_particulars_are_patched(filled: Caller, today: date) -> None:
    project = await register(filled, today)

    shown = (await filled.patch(f"/projects/{project}", {"officer_unit": unit_id(C)})).json()

    assert (shown["officer_unit_name"], shown["leader_post"]) == (C, "leader-2")


async def test_money_is_shown_with_both_numbers_of_each_share(filled: Caller, today: date) -> None:
    project = await register(filled, today, completed_before="2.5")
    await post(filled, f"/projects/{project}/investment", on=today.isoformat(), completed="1.2345")

    said = {"fund": "bond", "on": today.isoformat(), "allocated": "2", "paid": "1.5"}
    shown = await post(filled, f"/projects/{project}/funds", **said)

    assert shown["completed"] == {"numerator": "1.2345", "denominator": "3.65", "percent": "33.82"}
    assert shown["completed_in_all"] == {"numerator": "3.7345", "denominator": "10.00", "percent": "37.35"}
    assert shown["funds"][0]["paid"] == {"numerator": "1.50", "denominator": "2.00", "percent": "75.00"}
    assert shown["reports"] == [{"on": today.isoformat(), "completed": "1.2345", "entered_by": "office"}]


async def test_elements_are_listed_and_seen_to(filled: Caller, today: date) -> None:
    project = await register(filled, today)
    late = (today - timedelta(days=1)).isoformat()
    land = {"kind": "land", "item": "供地", "unit_id": unit_id(C), "due_on": late}
    added = await post(filled, f"/projects/{project}/elements", **land)

    done = {"done_on": late, "evidence": "a-9"}
    shown = await post(filled, f"/projects/{project}/elements/1/done", **done)

    [before], [after] = added["elements_listed"], shown["elements_listed"]
    assert (before["kind_word"], before["unit_name"], before["overdue"]) == ("用地", C, True)
    assert (after["done_on"], after["overdue"], shown["elements"]["percent"]) == (late, False, "100.00")


async def test_the_plan_of_the_next_year_is_put(filled: Caller, today: date) -> None:
    project = await register(filled, today)

    shown = (await filled.put(f"/projects/{project}/plans/{today.year + 1}", {"annual": "2.5"})).json()

    assert [(line["year"], line["annual"]) for line in shown["plans"]][-1] == (today.year + 1, "2.50")


async def test_the_list_is_filtered(filled: Caller, today: date) -> None:
    project = await register(filled, today, level_owner="city")

    asked = [{"stage": "started"}, {"level_owner": "local"}, {"unit": unit_id(B)}, {"fund": "bond"}]
    seen = [[one["id"] for one in (await filled.get("/projects", **one)).json()] for one in asked]

    assert seen == [[project], [], [project], []]


async def test_the_pace_of_today_is_served_with_its_rule(filled: Caller, today: date) -> None:
    project = await register(filled, today)
    await register(filled, today, units=[{"role": "lead", "unit_id": unit_id(B)}])

    table = (await filled.get("/projects/pace", unit=unit_id(A))).json()

    assert (table["on"], [one["id"] for one in table["lines"]]) == (today.isoformat(), [project])
    assert table["rule"] == {"version": 1, "margin_points": "5", "weeks": 2}


async def test_the_days_to_come_have_no_pace(filled: Caller, today: date) -> None:
    answer = await filled.get("/projects/pace", on=(today + timedelta(days=1)).isoformat())

    assert (answer.status_code, answer.json()["code"]) == (422, "project.future")


async def test_funds_have_a_share_started_and_a_share_paid(filled: Caller, today: date) -> None:
    first, second = await register(filled, today), await register(filled, today)
    await register(filled, today, units=[{"role": "lead", "unit_id": unit_id(B)}])
    await start(filled, first, today)
    for project, paid in ((first, "1.5"), (second, "0")):
        said = {"fund": "bond", "on": today.isoformat(), "allocated": "2", "paid": paid}
        await post(filled, f"/projects/{project}/funds", **said)

    shown = (await filled.get("/projects/funds")).json()

    assert [(one["fund"], one["unit_name"]) for one in shown] == [("bond", ""), ("central", ""), ("bond", A)]
    assert shown[0]["started"] == {"numerator": "1.00", "denominator": "2.00", "percent": "50.00"}
    assert shown[0]["paid"] == {"numerator": "1.50", "denominator": "4.00", "percent": "37.50"}
    assert shown[1]["paid"]["percent"] is None


def adjustment(today: date, *items: JSON) -> JSON:
    return {"year": today.year, "quarter": (today.month + 2) // 3, "items": list(items)}


async def test_an_adjustment_is_tried_out_without_being_proposed(filled: Caller, today: date) -> None:
    project = await register(filled, today)
    item = {"kind": "change", "task_id": project, "annual": "4", "reason": "提速"}

    path = "/projects/adjustments"
    tried = await filled.post(path, params={"confirm": False}, json=adjustment(today, item))

    assert tried.json()["adjustment"] is None
    assert tried.json()["before"] == {"projects": 1, "total": "10.00", "annual": "3.65"}
    assert tried.json()["after"]["annual"] == "4.00"
    assert (await filled.get(path)).json() == []


async def test_an_adjustment_is_proposed_decided_and_applied(filled: Caller, today: date) -> None:
    item = {"kind": "add", "project": body(today, listed_on=None), "reason": "新签约"}
    path, day = "/projects/adjustments", today.isoformat()
    proposed = (await post(filled, path, **adjustment(today, item)))["adjustment"]
    one = f"{path}/{proposed['id']}"
    for who in ("leader", "meeting"):
        await post(filled, f"{one}/decisions", body=who, approved=True, paper="纪要1号", decided_on=day)

    await post(filled, f"{one}/application")

    shown, listed = (await filled.get(one)).json(), (await filled.get(path, state="applied")).json()
    assert (proposed["state_word"], shown["state_word"]) == ("待分管委领导审定", "已执行")
    assert [one["body_word"] for one in shown["decisions"]] == ["分管委领导", "主任办公会"]
    assert ([one["id"] for one in listed], len((await filled.get("/projects")).json())) == (
        [proposed["id"]],
        1,
    )


async def test_what_breaks_the_three_is_named_with_how_much(filled: Caller, today: date) -> None:
    project = await register(filled, today)
    item = {"kind": "drop", "task_id": project, "reason": "停建"}

    answer = await filled.post("/projects/adjustments", json=adjustment(today, item))

    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "adjustment.shrinks")
    assert [(one["what"], one["short"]) for one in said["breaches"]] == [
        ("projects", "1"),
        ("total", "10.00"),
        ("annual", "3.65"),
    ]
