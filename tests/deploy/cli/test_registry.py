"""`duban task register|extend|extensions|decide|deadline set`, against a real gateway with the real tasks service."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.api_client.tasks import ExtensionsView, ExtensionView, MovedView, TaskDetail
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.cli.test_tasks import written
from tests.deploy.gateways import Real, code_of, json_answer, made_up, printed, real, run

LATER, LATEST = ((datetime.now(UTC) + timedelta(days=days)).date().isoformat() for days in (30, 60))
UNDATED = """示例新城营商环境提升行动方案
二、重点任务
（一）提升服务
1.开通一次办理窗口。把材料减到三份以内。
牵头单位：政务中心
完成时限：2023年6月底前
2.推行网上申报。网上申报比例达到95%以上。
牵头单位：财政金融部
"""


async def registered(gateway: Real, folder: Path, *options: str) -> str:
    await gateway.run("plan", "import", written(folder), "--confirm")
    options = ("--lead", "政务中心", "--cooperating", "财政金融部", *options)
    said = await gateway.run("task", "register", "核查排队问题", "--deadline", LATER, *options)
    return printed(said)


@pytest.mark.slow
async def test_a_task_is_registered_by_the_names_of_its_units(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        said = await registered(gateway, tmp_path, "--source", "meeting", "--client-ref", "oa-1")
        again = await registered(gateway, tmp_path, "--source", "meeting", "--client-ref", "oa-1", "--json")
        unknown = await gateway.run("task", "register", "核查", "--lead", "无此局")

    task = json_lines(again)[0]
    assert said == f"{task['id']} 立项 核查排队问题\n"
    assert ([unit["role"] for unit in task["units"]], task["deadline"]) == (["lead", "cooperating"], LATER)
    assert code_of(unknown) == "unit.unknown"


@pytest.mark.slow
async def test_an_extension_is_asked_for_listed_and_decided(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        task = (await registered(gateway, tmp_path)).split()[0]
        await gateway.run("task", "move", task, "assign")
        asked = printed(await gateway.run("task", "extend", task, LATEST, "--reason", "等待批复"))
        waiting = printed(await gateway.run("task", "extensions"))
        as_json = json_lines(printed(await gateway.run("task", "extensions", "--json")))
        decided = printed(await gateway.run("task", "decide", task, "1", "--grant", "--opinion", "同意"))

    assert asked.startswith(f"{task} 第 1 号延期申请：待批复，现时限 {LATER}T")
    assert waiting == f"{task} 1 {LATER} → {LATEST} 核查排队问题：等待批复\n"
    assert [one["number"] for one in as_json] == [1]
    assert decided.startswith(f"{task} 第 1 号延期申请：同意，现时限 {LATEST}T")


@pytest.mark.slow
async def test_missing_deadlines_of_a_plan_are_tried_then_set(tmp_path: Path) -> None:
    command = ("task", "deadline", "set", LATER, "--reason", "会议议定", "--plan")
    async with real(tmp_path) as gateway:
        await gateway.run("plan", "import", written(tmp_path, UNDATED), "--confirm")
        tasks = json_lines(printed(await gateway.run("task", "list", "--json")))
        tried = printed(await gateway.run(*command, tasks[0]["plan_id"]))
        done = json_lines(printed(await gateway.run(*command, tasks[0]["plan_id"], "--confirm", "--json")))

    assert tried.splitlines() == [
        f"{tasks[1]['id']} 推行网上申报",
        f"时限 {LATER}：只是试算，加 --confirm 设定，不能设定 0 项",
    ]
    assert (done[0]["confirmed"], done[0]["count"]) == (True, 1)


@pytest.mark.slow
async def test_a_printed_date_is_named_as_refused(tmp_path: Path) -> None:
    command = ("task", "deadline", "set", LATER, "--reason", "会议议定")
    async with real(tmp_path) as gateway:
        await gateway.run("plan", "import", written(tmp_path, UNDATED), "--confirm")
        task = json_lines(printed(await gateway.run("task", "list", "--json")))[0]["id"]
        tried = printed(await gateway.run(*command, task))
        refused = await gateway.run(*command, task, "--confirm")
        nothing = await gateway.run(*command)

    assert "不能设定：已有明确时限 2023-06-30" in tried
    assert (code_of(refused), code_of(nothing)) == ("deadline.refused", "deadline.no_tasks")


@pytest.mark.parametrize(("option", "grant"), [("--grant", True), ("--refuse", False)])
def test_a_decision_goes_along_with_its_opinion(option: str, *, grant: bool) -> None:
    decided = whole(ExtensionView, number=2, state_word="同意")
    told = whole(ExtensionsView, items=[decided])
    answer = whole(TaskDetail, id="t1", due_at=None, extensions=told)

    with made_up(json_answer(answer)) as gateway:
        said = printed(run("task", "decide", "t1", "2", option, "--opinion", "酌情", url=gateway.url))

    assert gateway.said == {"grant": grant, "opinion": "酌情"}
    assert said == "t1 第 2 号延期申请：同意，现时限 —\n"


def test_a_move_says_what_followed_by_a_link() -> None:
    refused = {"task_id": "t3", "code": "task.not_yours", "message": "不是本单位的事项"}
    answer = whole(MovedView, id="t1", state_word="签收", revision=3, followed=["t2"], not_followed=[refused])

    with made_up(json_answer(answer)) as gateway:
        said = printed(run("task", "move", "t1", "accept", url=gateway.url))

    assert said.splitlines() == [
        "t1 → 签收（第 3 版）",
        "  联动事项 t2 同步办理",
        "  联动事项 t3 未同步：不是本单位的事项",
    ]
