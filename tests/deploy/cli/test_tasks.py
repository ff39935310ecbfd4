"""`duban plan import`, `duban task` and `duban rating post`, against a real gateway with the real tasks service."""

import json
from pathlib import Path

import httpx
import pytest

from deploy.api_client.common import TaskView
from deploy.api_client.tasks import MovedView
from deploy.api_client.units import UnitOut
from shared.errors import Invalid
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import Real, code_of, json_answer, made_up, printed, real, run
from tests.gateway.world import rating
from tests.tasks.apps import PLAN_TEXT


def written(folder: Path, text: str = PLAN_TEXT) -> str:
    """Write a plan document; one name is one document, however often it is written."""
    path = folder / "plan.txt"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return written(tmp_path)


async def listed(gateway: Real, *options: str) -> list[str]:
    found = json_lines(printed(await gateway.run("task", "list", "--json", *options)))
    return [str(task["title"]) for task in found]


async def test_an_import_without_confirm_only_says_what_it_would_do(tmp_path: Path, plan: str) -> None:
    async with real(tmp_path) as gateway:
        said = printed(await gateway.run("plan", "import", plan))
        left = await listed(gateway)

    assert "示例新城营商环境提升行动方案：任务 2 项" in said
    assert "新增 2 项\n变更 0 项\n不再列出 0 项" in said
    assert said.endswith("只是试算，加 --confirm 写入台账\n")
    assert left == []


@pytest.mark.slow
async def test_a_confirmed_import_is_in_the_ledger_and_changes_are_named(tmp_path: Path, plan: str) -> None:
    async with real(tmp_path) as gateway:
        first = printed(await gateway.run("plan", "import", plan, "--confirm", "--json"))
        written(tmp_path, PLAN_TEXT.replace("2023年9月底", "2023年10月底"))
        again = printed(await gateway.run("plan", "import", plan, "--confirm"))

    assert json_lines(first)[0]["confirmed"]
    assert "变更 1 项\n  2 推行网上申报" in again
    assert again.endswith("已写入台账\n")


@pytest.mark.slow
async def test_doubts_are_told_with_their_lines(tmp_path: Path) -> None:
    plan = written(tmp_path, PLAN_TEXT.replace("2023年9月底前", "适时"))

    async with real(tmp_path) as gateway:
        outcome = json_lines(printed(await gateway.run("plan", "import", plan, "--json")))[0]
        said = printed(await gateway.run("plan", "import", plan))

    first = outcome["doubts"][0]
    assert f"存疑 {len(outcome['doubts'])} 条" in said
    assert f"  第{first['lines'][0]}—{first['lines'][1]}行 [{first['code']}] {first['message']}\n" in said


@pytest.mark.slow
async def test_tasks_are_found_by_unit_text_and_day(tmp_path: Path, plan: str) -> None:
    async with real(tmp_path) as gateway:
        await gateway.run("plan", "import", plan, "--confirm")
        found = [
            await listed(gateway, *options)
            for options in ([], ["--unit", "政务中心"], ["--text", "网上"], ["--due-to", "2023-07-01"])
        ]
        unknown = await gateway.run("task", "list", "--unit", "无此局")

    first, second = "开通一次办理窗口", "推行网上申报"
    assert (sorted(found[0]), found[1:]) == (sorted([first, second]), [[first], [second], [first]])
    assert code_of(unknown) == "unit.unknown"


@pytest.mark.slow
async def test_people_read_a_line_for_each_task_and_unit(tmp_path: Path, plan: str) -> None:
    async with real(tmp_path) as gateway:
        await gateway.run("plan", "import", plan, "--confirm")
        task = printed(await gateway.run("task", "list", "--text", "一次办理"))
        units = printed(await gateway.run("task", "units")).splitlines()
        as_json = json_lines(printed(await gateway.run("task", "units", "--json")))

    assert " 红 2023-06-30 " in task
    assert task.endswith(" 政务中心 开通一次办理窗口\n")
    assert [line.split()[:2] for line in units] == [[unit["id"], unit["name"]] for unit in as_json]


@pytest.mark.slow
async def test_a_task_is_shown_and_moved(tmp_path: Path, plan: str) -> None:
    async with real(tmp_path) as gateway:
        await gateway.run("plan", "import", plan, "--confirm")
        task = json_lines(printed(await gateway.run("task", "list", "--json", "--text", "网上")))[0]["id"]
        said = printed(await gateway.run("task", "move", task, "assign", "--reason", "交办"))
        as_json = printed(await gateway.run("task", "move", task, "accept", "--json"))
        shown = json_lines(printed(await gateway.run("task", "show", task)))[0]
        refused = await gateway.run("task", "move", task, "close")

    assert said.startswith(f"{task} → ")
    assert [json_lines(as_json)[0]["state"], shown["state"]] == ["accepted", "accepted"]
    assert "close" not in shown["moves"]
    assert (refused.exit_code, refused.stdout) == (1, "")


@pytest.mark.slow
async def test_a_rating_posted_twice_is_repeated(tmp_path: Path) -> None:
    file = tmp_path / "rating.json"
    file.write_text(json.dumps(rating()), "utf-8")

    async with real(tmp_path) as gateway:
        first = await gateway.run("rating", "post", str(file), role="feed")
        again = await gateway.run("rating", "post", "-", role="feed", stdin=file.read_bytes())

    assert [json_lines(printed(said))[0]["repeated"] for said in (first, again)] == [False, True]


@pytest.mark.parametrize("command", [("rating", "post"), ("plan", "import")])
def test_a_file_that_is_not_there_is_said_before_anything_is_sent(command: tuple[str, str]) -> None:
    result = run(*command, "/nowhere/plan.txt")

    assert isinstance(result.exception, Invalid)
    assert "/nowhere/plan.txt" in result.exception.message


def task(number: int) -> dict[str, object]:
    words = {"state_word": "已登记", "light": "undated", "title": f"事项{number}"}
    return whole(TaskView, id=f"t{number}", deadline=None, deadline_raw=None, **words)


def pages(request: httpx.Request) -> httpx.Response:
    after, limit = int(request.url.params.get("after", "0")), int(request.url.params["limit"])
    found = [task(number) for number in range(after, after + limit)]
    return httpx.Response(200, json={"items": found, "next": str(after + limit)})


def test_a_long_list_is_read_page_by_page_up_to_its_limit() -> None:
    with made_up(pages) as gateway:
        said = printed(run("task", "list", "--limit", "450", url=gateway.url)).splitlines()

    assert [request.url.params["limit"] for request in gateway.asked] == ["200", "200", "50"]
    assert len({line.split()[0] for line in said}) == 450
    assert said[0].split()[1:] == ["未定时限", "—", "已登记", "未定单位", "事项0"]


def test_a_unit_is_known_by_its_aliases() -> None:
    units = [whole(UnitOut, id="u1", name="发展改革局", aliases=["发改局"])]
    answers = iter([httpx.Response(200, json=units), httpx.Response(200, json={"items": [], "next": None})])

    with made_up(lambda _: next(answers)) as gateway:
        printed(run("task", "list", "--unit", "发改局", url=gateway.url))

    assert gateway.asked[1].url.params["unit"] == "u1"


def test_progress_and_the_unit_that_it_is_entered_for_go_along() -> None:
    answer = whole(MovedView, id="t1", state_word="办理中", revision=4, followed=[], not_followed=[])
    options = ["--progress", "40", "--on-behalf-of", "u1"]

    with made_up(json_answer(answer)) as gateway:
        said = printed(run("task", "move", "t1", "progress", *options, url=gateway.url))

    assert gateway.said == {"move": "progress", "reason": "", "progress": 40, "on_behalf_of": "u1"}
    assert said == "t1 → 办理中（第 4 版）\n"
