"""`duban order` moves orders of a real gateway with the real tasks service; every command says what the API expects."""

from pathlib import Path
from typing import Any

import pytest

from deploy.api_client.orders import OrderDetail
from deploy.api_client.tasks import TaskDetail
from shared.testing import json_lines, sqlite_database
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, real, run
from tests.tasks.orders import made

ORDER = whole(OrderDetail, order_no="GD1", task_id="t1", state_word="办理中", unit_name="")


@pytest.mark.slow
async def test_an_order_is_listed_dispatched_contacted_and_shown(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        db = sqlite_database("tasks", tmp_path, gateway.world.clock)
        await made.set_up(db)
        await made.hear(db, made.order())
        (found,) = json_lines(printed(await gateway.run("order", "list", "--json")))
        task = str(found["task_id"])
        moved = printed(
            await gateway.run("order", "dispatch", task, "--unit", made.WATER, "--reason", "属其职责")
        )
        told = printed(await gateway.run("order", "contact", task, "--on-behalf-of", made.WATER))
        listed = printed(await gateway.run("order", "list"))
        shown = printed(await gateway.run("order", "show", task))
        missing = code_of(await gateway.run("order", "show", "t-none"))
        await db.close()

    assert str(found["order_no"]) in moved
    assert str(found["order_no"]) in told
    assert (task in listed, "派单" in shown, missing) == (True, True, "order.not_found")


@pytest.mark.parametrize(
    ("command", "path", "said"),
    [
        (
            ("dispatch", "t1", "--unit", "u1", "--reason", "因", "--with", "u2"),
            "/api/v1/orders/t1/dispatch",
            {"unit_id": "u1", "reason": "因", "cooperating": ["u2"]},
        ),
        (("return", "t1", "--reason", "other"), "/api/v1/orders/t1/return", {"reason": "other", "note": ""}),
        (
            ("decide", "t1", "--refuse", "--opinion", "应办"),
            "/api/v1/orders/t1/return/decision",
            {"grant": False, "opinion": "应办", "unit_id": None},
        ),
        (
            ("answer", "t1", "--text", "已修", "--resolved", "yes"),
            "/api/v1/orders/t1/answer",
            {"resolved": "yes"},
        ),
        (("close", "t1", "--resolved", "no"), "/api/v1/orders/t1/closing", {"resolved": "no"}),
        (("merge", "t1", "--into", "t2", "--reason", "同事"), "/api/v1/orders/t1/merge", {"into": "t2"}),
        (("refuse", "t1", "--reason", "court"), "/api/v1/orders/t1/refusal", {"reason": "court"}),
        (
            ("extend", "t1", "--until", "2023-07-01", "--reason", "雨季"),
            "/api/v1/tasks/t1/extensions",
            {"wanted_on": "2023-07-01", "reason": "雨季"},
        ),
    ],
)
def test_each_command_says_what_the_api_expects(
    command: tuple[str, ...], path: str, said: dict[str, Any]
) -> None:
    answer = whole(TaskDetail) if "extensions" in path else ORDER
    with made_up(json_answer(answer)) as gateway:
        shown = printed(run("order", *command, url=gateway.url))

    assert gateway.paths == [f"POST {path}"]
    assert {name: gateway.said.get(name) for name in said} == said
    assert "t1" in shown
