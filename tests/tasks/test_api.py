"""The inner API of plans and tasks, as the gateway calls it."""

import pytest

from shared.principal import Principal
from tests.tasks import factories as make
from tests.tasks.apps import PLAN_TEXT, SUPERVISOR, Caller

READER = Principal(id="leader", role="leader", scopes=frozenset({"tasks:read", "plans:read"}))


async def first_task(office: Caller) -> str:
    await office.send()
    return str((await office.tasks())[0]["id"])


async def move(caller: Caller, task: str, name: str, **said: object) -> dict[str, object]:
    answer = await caller.post(f"/tasks/{task}/moves", json={"move": name, **said})
    return {"status": answer.status_code, **answer.json()}


async def test_a_dry_run_shows_counts_doubts_and_the_difference_and_keeps_nothing(office: Caller) -> None:
    seen = await office.send(confirm=False)

    assert (seen["confirmed"], seen["counts"]["tasks"], len(seen["diff"]["added"])) == (False, 2, 2)
    assert {"code", "message", "lines", "task"} == set(seen["doubts"][0])
    assert await office.tasks() == []


async def test_a_confirmed_plan_is_listed_with_its_tasks_by_state(office: Caller) -> None:
    done = await office.send()
    [plan] = (await office.get("/plans")).json()

    assert (done["confirmed"], done["plans"][0]["plan_id"]) == (True, plan["id"])
    assert (plan["title"], plan["states"]) == ("示例新城营商环境提升行动方案", {"registered": 2})


async def test_confirming_twice_says_that_nothing_changed(office: Caller) -> None:
    await office.send()
    again = await office.send()

    assert (again["unchanged"], again["diff"]) == (True, {"added": [], "changed": [], "removed": []})


async def test_a_plan_is_shown_with_goals_targets_and_duties(filled: Caller) -> None:
    plan = (await filled.get(f"/plans/{make.PLAN}")).json()

    [goal], [target], [cadence] = plan["stage_goals"], plan["targets"], plan["cadences"]
    assert (goal["value"], goal["due_on"], goal["lines"]) == (60.0, "2023-06-30", [90, 90])
    assert (target["operator"], target["value"], target["strength"]) == (">=", 95.0, "strive")
    assert (cadence["frequency"], cadence["actor"], plan["lines"]) == ("monthly", make.A, [1, 99])
    assert [(one["code"], one["task"]) for one in plan["doubts"]] == [("lead_assumed", make.task_id("1"))]


@pytest.mark.parametrize(
    ("path", "code"), [("/plans/none", "plan.not_found"), ("/tasks/none", "task.not_found")]
)
async def test_what_is_not_there_is_named(office: Caller, path: str, code: str) -> None:
    answer = await office.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("filename", ["", "..", "x\x00.txt", "长" * 80 + ".txt"])
async def test_a_name_that_is_no_file_name_is_refused(office: Caller, filename: str) -> None:
    assert (await office.send(filename=filename))["code"] == "document.name_invalid"


async def test_a_path_is_cut_to_its_file_name(office: Caller) -> None:
    assert (await office.send(filename="C:\\方案\\plan.txt"))["confirmed"]


async def test_a_file_type_that_nobody_reads_is_refused(office: Caller) -> None:
    assert (await office.send(filename="plan.pdf"))["status"] == 422


async def test_a_document_without_tasks_is_refused(office: Caller) -> None:
    assert (await office.send("今天天气不错。\n"))["code"] == "document.no_tasks"


async def test_a_document_that_is_too_large_is_refused(office: Caller) -> None:
    answer = await office.send("字" * (7 * 1024 * 1024))

    assert (answer["status"], answer["code"]) == (413, "document.too_large")


async def test_a_task_is_shown_with_units_light_lines_and_history(office: Caller) -> None:
    task = (await office.get(f"/tasks/{await first_task(office)}")).json()

    assert [(unit["name"], unit["role"]) for unit in task["units"]] == [
        ("政务中心", "lead"),
        ("财政金融部", "responsible"),
        ("各相关部门", "responsible"),
    ]
    assert (task["answering_unit_name"], task["state_word"], task["moves"]) == (
        "政务中心",
        "立项",
        ["assign", "cancel", "carry_over"],
    )
    assert (task["lit"]["rule"], task["lit"]["light"]) == ("deadline-and-pace", task["light"])
    assert (task["lines"], [one["move"] for one in task["revisions"]]) == ([8, 11], ["register"])


async def test_a_move_answers_with_the_task_as_it_is_then(office: Caller) -> None:
    task = await first_task(office)

    moved = await move(office, task, "assign", reason="请抓紧")

    assert (moved["status"], moved["state"], moved["revision"]) == (200, "assigned", 2)
    assert moved["moves"] == ["accept", "object", "reassign", "suspend", "cancel", "carry_over"]
    due = {clock["name"]: clock["due_at"] for clock in moved["clocks"]}  # type: ignore[attr-defined]  # JSON.
    assert (set(due), due["finish"]) == ({"finish", "sign"}, "2023-06-30T15:59:59Z")


async def test_a_unit_accepts_and_reports_its_own_task(office: Caller) -> None:
    task = await first_task(office)
    seen = await move(office, task, "assign")
    unit = office.as_(SUPERVISOR.model_copy(update={"role": "unit", "unit": seen["answering_unit"]}))

    await move(unit, task, "accept")
    reported = await move(unit, task, "progress", progress=30)

    assert (reported["state"], reported["progress"]) == ("in_progress", 30)


async def test_an_illegal_move_is_a_conflict_that_names_the_legal_ones(office: Caller) -> None:
    refused = await move(office, await first_task(office), "close")

    assert (refused["status"], refused["code"]) == (409, "task.move_illegal")
    assert refused["legal"] == ["assign", "cancel", "carry_over"]


async def test_an_old_revision_is_a_conflict(office: Caller) -> None:
    refused = await move(office, await first_task(office), "assign", if_revision=7)

    assert (refused["status"], refused["code"], refused["revision"]) == (409, "task.changed", 1)


@pytest.mark.parametrize(
    "said", [{"move": "finish"}, {"move": "assign", "progress": 101}, {"move": "assign", "because": "x"}]
)
async def test_a_move_that_cannot_be_read_is_refused(office: Caller, said: dict[str, object]) -> None:
    answer = await office.post(f"/tasks/{await first_task(office)}/moves", json=said)

    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_a_reader_may_look_but_not_touch(office: Caller) -> None:
    task, reader = await first_task(office), office.as_(READER)

    answers = [
        await reader.get("/tasks"),
        await reader.get(f"/tasks/{task}"),
        await reader.post(f"/tasks/{task}/moves", json={"move": "assign"}),
        await reader.post("/plans", params={"filename": "p.txt"}, content=PLAN_TEXT.encode()),
        await reader.put("/units/u1", {"aliases": []}),
        await reader.put("/calendar/2027", {}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 403, 403, 403]


@pytest.mark.parametrize("path", ["/plans", "/plans/p", "/tasks", "/tasks/t", "/units", "/calendar/2023"])
async def test_nobody_looks_without_a_scope_and_nobody_without_a_name(office: Caller, path: str) -> None:
    stranger = office.as_(Principal(id="nobody", role="leader"))

    assert (await stranger.get(path)).json()["code"] == "scope.missing"
    assert (await office.client.get(path)).json()["code"] == "principal.invalid"
