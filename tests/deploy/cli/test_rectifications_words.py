"""`duban rectification`, against a gateway that is made up and answers as the real one does."""

from typing import Any

import httpx

from deploy.api_client.rectifications import CaseView, StepView, WholeCaseView
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

CASE = whole(
    WholeCaseView,
    **whole(
        CaseView,
        id="t1",
        title="差评整改",
        project_no="P1",
        unit_name="政务服务中心",
        doubt="",
        stage_word="整改中",
        grade_word="一般",
        verdict_word="属实",
        due_at="2023-06-27T09:00:00Z",
        overdue=True,
        legal={"ledger": "建立台账", "rectify": "整改"},
    ),
)
OPEN = CASE | {
    "id": "t2",
    "unit_name": "",
    "doubt": "目录无对应单位",
    "due_at": None,
    "overdue": False,
    "legal": {},
}
STEP = whole(
    StepView,
    number=1,
    step="propose",
    step_word="核实",
    to_stage_word="待初核认定",
    at="2023-06-20T01:00:00Z",
    by="张三",
    reason="情况属实",
)


def case_and_steps(case: dict[str, Any]) -> Any:  # noqa: ANN401 - an `Answer`.
    """Give a case, and its one step where steps are asked."""
    return lambda asked: httpx.Response(200, json=[STEP] if asked.url.path.endswith("/steps") else case)


def test_rectifications_are_listed_with_their_limits_and_those_to_dispatch() -> None:
    with made_up(json_answer([CASE, OPEN])) as gateway:
        said = printed(run("rectification", "list", url=gateway.url))
        as_json = json_lines(printed(run("rectification", "list", "--json", url=gateway.url)))

    assert [line.split() for line in said.splitlines()] == [
        ["编号", "办件编号", "承办单位", "环节", "类别", "结论", "期限", "超期"],
        ["t1", "P1", "政务服务中心", "整改中", "一般", "属实", "2023-06-27", "是"],
        ["t2", "P1", "（待派单）", "整改中", "一般", "属实", "—"],
    ]
    assert dict(gateway.asked[0].url.params) == {}
    assert as_json == [CASE, OPEN]


def test_only_the_filters_that_are_given_are_asked() -> None:
    filters = ("--unit", "u1", "--stage", "rectify", "--verdict", "founded", "--overdue", "--without-unit")
    with made_up(json_answer([])) as gateway:
        printed(run("rectification", "list", *filters, url=gateway.url))
        printed(run("rectification", "list", "--done", url=gateway.url))

    first, second = (dict(one.url.params) for one in gateway.asked)
    flags = {"overdue": "true", "without_unit": "true"}
    assert gateway.paths == ["GET /api/v1/rectifications"] * 2
    assert first == {"unit": "u1", "stage": "rectify", "verdict": "founded"} | flags
    assert second == {"done": "true"}


def test_one_is_shown_with_what_may_be_done_and_its_steps() -> None:
    with made_up(case_and_steps(CASE)) as gateway:
        said = printed(run("rectification", "show", "t1", url=gateway.url)).splitlines()

    assert gateway.paths == ["GET /api/v1/rectifications/t1", "GET /api/v1/rectifications/t1/steps"]
    assert said[:2] == [
        "差评整改（t1）：整改中，属实",
        "承办：政务服务中心；可办：建立台账、整改",
    ]
    assert said[2].split() == ["时间", "步骤", "之后", "经办", "说明"]
    assert said[3].split() == ["2023-06-20", "09:00", "核实", "待初核认定", "张三", "情况属实"]


def test_one_without_a_unit_says_why_and_that_nothing_may_be_done() -> None:
    with made_up(case_and_steps(OPEN)) as gateway:
        said = printed(run("rectification", "show", "t2", url=gateway.url))

    assert said.splitlines()[1] == "承办：目录无对应单位；可办：无"


def test_one_is_printed_as_json_with_its_steps() -> None:
    with made_up(case_and_steps(CASE)) as gateway:
        as_json = json_lines(printed(run("rectification", "show", "t1", "--json", url=gateway.url)))

    assert as_json == [CASE | {"steps": [STEP]}]


def test_one_that_nobody_knows_is_refused_before_its_steps_are_asked() -> None:
    with made_up(json_answer({"code": "rectification.not_found", "title": "没有"}, 404)) as gateway:
        result = run("rectification", "show", "t9", url=gateway.url)

    assert (code_of(result), len(gateway.paths)) == ("rectification.not_found", 1)
