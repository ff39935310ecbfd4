"""`duban order`: what it asks a made-up gateway, and the words that it prints."""

from typing import Any

import pytest

from deploy.api_client.orders import OrderDetail, OrderView, StepView
from deploy.api_client.tasks import TaskDetail
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

STEP = whole(
    StepView,
    at="2023-06-20T09:00:00+08:00",
    step_word="派单",
    unit_name="水务局",
    by="张三",
    reason="属其职责",
)
ORDER = whole(
    OrderDetail,
    **whole(
        OrderView,
        task_id="t1",
        order_no="GD1",
        category="供水",
        state_word="办理中",
        unit_name="水务局",
        due_at="2023-06-25T18:00:00+08:00",
        hop=1,
        urged=2,
    ),
    steps=[STEP],
)
WAITING = ORDER | {"task_id": "t2", "unit_name": "", "due_at": None, "hop": 0, "urged": 0, "steps": []}


def test_orders_are_listed_with_their_limits() -> None:
    with made_up(json_answer([ORDER, WAITING])) as gateway:
        said = printed(run("order", "list", url=gateway.url))
        as_json = json_lines(printed(run("order", "list", "--json", url=gateway.url)))

    assert [line.split() for line in said.splitlines()] == [
        ["编号", "工单号", "类别", "承办单位", "状态", "期限", "退派", "催办"],
        ["t1", "GD1", "供水", "水务局", "办理中", "2023-06-25", "18:00", "1", "2"],
        ["t2", "GD1", "供水", "（待派单）", "办理中", "—", "0"],
    ]
    assert as_json == [ORDER, WAITING]
    assert dict(gateway.asked[0].url.params) == {"limit": "100"}


def test_only_the_orders_that_are_asked_for_are_listed() -> None:
    wanted = {"unit": "u1", "stage": "open", "category": "供水", "limit": "5"}
    options = ["--unit", "u1", "--state", "open", "--category", "供水", "--limit", "5"]
    with made_up(json_answer([])) as gateway:
        printed(run("order", "list", *options, "--number", "GD1", "--late", url=gateway.url))

    assert gateway.paths == ["GET /api/v1/orders"]
    assert dict(gateway.asked[0].url.params) == wanted | {"order_no": "GD1", "late": "true"}


def test_an_order_is_shown_with_its_steps() -> None:
    with made_up(json_answer(ORDER)) as gateway:
        said = printed(run("order", "show", "t1", url=gateway.url))
        as_json = json_lines(printed(run("order", "show", "t1", "--json", url=gateway.url)))

    title, head, step = said.splitlines()
    assert title == "GD1（t1）：办理中，水务局"
    assert head.split() == ["时间", "步骤", "单位", "经办", "说明"]
    assert step.split() == ["2023-06-20", "09:00", "派单", "水务局", "张三", "属其职责"]
    assert (as_json, set(gateway.paths)) == ([ORDER], {"GET /api/v1/orders/t1"})


def test_an_order_that_no_unit_has_is_shown_as_waiting() -> None:
    with made_up(json_answer(WAITING)) as gateway:
        said = printed(run("order", "show", "t2", url=gateway.url))

    assert said.splitlines()[0] == "GD1（t2）：办理中，待派单"


@pytest.mark.parametrize(
    ("command", "path", "said"),
    [
        (
            "dispatch t1 --unit u1 --reason 因",
            "dispatch",
            {"unit_id": "u1", "reason": "因", "cooperating": []},
        ),
        ("contact t1 --note 已谈", "contact", {"note": "已谈", "on_behalf_of": None}),
        ("contact t1 --on-behalf-of u1", "contact", {"note": "", "on_behalf_of": "u1"}),
        ("answer t1 --text 已修", "answer", {"text": "已修", "resolved": None, "on_behalf_of": None}),
        ("close t1 --resolved no", "closing", {"resolved": "no", "on_behalf_of": None}),
        ("return t1 --reason other", "return", {"reason": "other", "note": "", "on_behalf_of": None}),
        (
            "decide t1 --grant --opinion 可 --unit u2",
            "return/decision",
            {"grant": True, "opinion": "可", "unit_id": "u2"},
        ),
        ("merge t1 --into t2 --reason 同事", "merge", {"into": "t2", "reason": "同事"}),
        ("refuse t1 --reason court --note 已诉", "refusal", {"reason": "court", "note": "已诉"}),
    ],
)
def test_each_step_is_asked_for_whole_and_tells_where_the_order_stands(
    command: str, path: str, said: dict[str, Any]
) -> None:
    with made_up(json_answer(ORDER)) as gateway:
        shown = printed(run("order", *command.split(), url=gateway.url))

    assert (gateway.paths, gateway.said) == ([f"POST /api/v1/orders/t1/{path}"], said)
    assert shown == "GD1（t1）：办理中，水务局\n"


def test_more_time_is_asked_for_and_awaits_somebody_else() -> None:
    with made_up(json_answer(whole(TaskDetail))) as gateway:
        said = printed(
            run("order", "extend", "t1", "--until", "2023-07-01", "--reason", "雨季", url=gateway.url)
        )

    assert said == "已为 t1 申请延期至 2023-07-01，等待批复\n"
    assert gateway.paths == ["POST /api/v1/tasks/t1/extensions"]
    assert gateway.said == {"wanted_on": "2023-07-01", "reason": "雨季", "on_behalf_of": None}


@pytest.mark.parametrize("command", [("show", "t9"), ("close", "t9", "--resolved", "yes")])
def test_an_order_that_is_not_there_is_an_error(command: tuple[str, ...]) -> None:
    with made_up(json_answer({"code": "order.not_found", "title": "没有工单 t9"}, 404)) as gateway:
        told = run("order", *command, url=gateway.url)

    assert (code_of(told), told.stdout, told.exit_code) == ("order.not_found", "", 1)
