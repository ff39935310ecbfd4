"""The ledger's list: filtered, in the ledger's order, page by page."""

import pytest

from tests.tasks.apps import PLAN_TEXT, Caller


async def numbers(office: Caller, **query: object) -> list[str]:
    return [task["number"] for task in await office.tasks(**query)]


async def test_pages_follow_each_other_without_gap_or_overlap(office: Caller) -> None:
    await office.send()

    first = (await office.get("/tasks", limit=1)).json()
    second = (await office.get("/tasks", limit=1, after=first["next"])).json()

    assert [page["items"][0]["number"] for page in (first, second)] == ["1", "2"]
    assert second["next"] is None


async def test_a_page_after_a_task_that_is_not_there_is_refused(office: Caller) -> None:
    answer = await office.get("/tasks", after="none")

    assert (answer.status_code, answer.json()["code"]) == (422, "query.after_unknown")


async def test_a_mistyped_filter_is_refused_in_chinese(office: Caller) -> None:
    answer = await office.get("/tasks", state="open")

    assert (answer.status_code, answer.json()["field"]) == (422, "state")
    assert "registered、assigned" in answer.json()["title"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "registered"}, ["1", "2"]),
        ({"state": "closed"}, []),
        ({"due_to": "2023-06-30"}, ["1"]),
        ({"due_from": "2023-07-01"}, ["2"]),
        ({"role": "responsible"}, ["1"]),
        ({"q": "网上"}, ["2"]),
        ({"q": "三份"}, ["1"]),
        ({"q": "2"}, ["2"]),
        ({"q": "%"}, ["2"]),
        ({"plan": "none"}, []),
        ({"light": "undated"}, []),
    ],
)
async def test_filters_choose(office: Caller, query: dict[str, str], expected: list[str]) -> None:
    await office.send()

    assert await numbers(office, **query) == expected


async def test_the_tasks_of_a_unit_are_found_by_its_role(office: Caller) -> None:
    await office.send()
    units = {unit["name"]: unit["id"] for unit in (await office.get("/units")).json()}
    unit = units["财政金融部"]

    assert await numbers(office, unit=unit) == ["1", "2"]
    assert await numbers(office, unit=unit, role="lead") == ["2"]


async def test_a_task_in_the_list_names_its_plan_and_its_units(office: Caller) -> None:
    await office.send()
    [task] = await office.tasks(limit=1)

    assert (task["plan_title"], task["answering_unit_name"]) == ("示例新城营商环境提升行动方案", "政务中心")
    assert [unit["name"] for unit in task["units"]] == ["政务中心", "财政金融部", "各相关部门"]


async def test_the_order_by_days_goes_on_page_by_page_with_the_undated_last(office: Caller) -> None:
    text = PLAN_TEXT + "3.长期做好服务。\n牵头单位：政务中心\n完成时限：持续推进\n"
    await office.send(text)

    first = (await office.get("/tasks", sort="due", limit=2)).json()
    rest = (await office.get("/tasks", sort="due", limit=2, after=first["next"])).json()

    days = [one["deadline"] for one in (*first["items"], *rest["items"])]
    assert (days, rest["next"]) == (["2023-06-30", "2023-09-30", None], None)


async def test_a_past_ledger_has_its_own_order_only(filled: Caller) -> None:
    refused = await filled.get("/tasks", sort="due", as_of="2023-05-01")

    assert (refused.status_code, refused.json()["code"]) == (422, "query.sort_as_of")
