"""`duban task export`, `import-sheet`, `form` and `import-form`, against a real gateway with the real tasks service."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.deploy.gateways import code_of, json_answer, made_up, printed, real, run
from tests.tasks.apps import PLAN_TEXT
from tests.tasks.sheets.workbooks import edited, office_book

HEADER = ("事项名称", "承办单位", "任务来源")
ROWS = [["办好一件事", "政务中心", "会议议定"]]


def written(folder: Path, content: bytes) -> str:
    file = folder / "office.xlsx"
    file.write_bytes(content)
    return str(file)


@pytest.mark.slow
async def test_the_ledger_goes_out_is_edited_and_comes_in_again(tmp_path: Path) -> None:
    plan, file = tmp_path / "plan.txt", tmp_path / "out.xlsx"
    plan.write_text(PLAN_TEXT, "utf-8")
    async with real(tmp_path) as gateway:
        printed(await gateway.run("plan", "import", str(plan), "--confirm"))
        sheet = written(tmp_path, office_book(ROWS, HEADER))
        tried = printed(await gateway.run("task", "import-sheet", sheet))
        done = printed(await gateway.run("task", "import-sheet", sheet, "--confirm"))
        out = printed(await gateway.run("task", "export", str(file), "--unit", "政务中心"))
        again = json.loads(printed(await gateway.run("task", "import-sheet", str(file), "--json")))

    assert ("新增 1 项" in tried, "加 --confirm" in tried, "已写入台账" in done) == (True, True, True)
    assert (out.startswith(f"已写入 {file}"), again["diff"]["unchanged"]) == (True, 2)
    assert load_workbook(file)["督办台账"]["C5"].value == "办好一件事"


@pytest.mark.slow
async def test_the_ledger_of_a_past_day_is_exported(tmp_path: Path) -> None:
    file = tmp_path / "then.xlsx"
    async with real(tmp_path) as gateway:
        printed(await gateway.run("plan", "import", _plan(tmp_path), "--confirm"))
        printed(await gateway.run("task", "export", str(file), "--as-of", "2020-01-01"))
        refused = await gateway.run("task", "export", str(file), "--as-of", "2999-01-01")

    assert "数据截至：2020年1月1日23:59（北京时间，历史时点" in load_workbook(file)["督办台账"]["A2"].value
    assert code_of(refused) == "as_of.future"


@pytest.mark.slow
async def test_faults_are_told_by_their_places_and_end_with_an_error(tmp_path: Path) -> None:
    wrong = written(tmp_path, office_book([["一件事", "无此单位", "会议议定"]] * 60, HEADER))
    async with real(tmp_path) as gateway:
        tried = await gateway.run("task", "import-sheet", wrong)
        refused = await gateway.run("task", "import-sheet", wrong, "--confirm")
        as_json = await gateway.run("task", "import-sheet", wrong, "--confirm", "--json")

    assert (tried.exit_code, code_of(refused)) == (1, "sheet.faulty")
    for told in (tried.stdout, refused.stdout):
        assert "“2023年台账”第 3 行 B 列（承办单位） 值“无此单位”：单位目录中没有" in told
        assert "其余" in told
    assert json.loads(as_json.stdout.splitlines()[0])["code"] == "unit.unknown"


@pytest.mark.slow
async def test_a_form_goes_out_and_comes_in_filled(tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    async with real(tmp_path) as gateway:
        sheet = written(tmp_path, office_book(ROWS, HEADER))
        missing = await gateway.run("task", "form", "政务中心", str(file))
        printed(await gateway.run("plan", "import", _plan(tmp_path), "--confirm"))
        printed(await gateway.run("task", "import-sheet", sheet, "--confirm"))
        task = json.loads(printed(await gateway.run("task", "list", "--text", "办好", "--json")))["id"]
        printed(await gateway.run("task", "move", task, "assign"))
        printed(await gateway.run("task", "form", "政务中心", str(file)))
        file.write_bytes(edited(file.read_bytes(), {"K4": "是", "L4": "已开展"}))
        done = printed(await gateway.run("task", "import-form", str(file), "--confirm"))

    assert code_of(missing) == "unit.unknown"
    assert f"{task}  accept、progress" in done


def test_a_form_says_what_followed_by_a_link(tmp_path: Path) -> None:
    refused = {"task_id": "t3", "code": "task.move_illegal", "message": "事项已暂停"}
    moved = [{"task_id": "t1", "moves": ["accept"]}], [{"task_id": "t2", "moves": ["accept", "progress"]}]
    diff = {
        "changed": moved[0],
        "followed": moved[1],
        "not_followed": [refused],
        "unchanged": 2,
        "faults": [],
    }
    form = tmp_path / "form.xlsx"
    form.write_bytes(b"the gateway reads it")

    with made_up(json_answer({"confirmed": True, "unit": "u1", "diff": diff})) as gateway:
        said = printed(run("task", "import-form", str(form), "--confirm", url=gateway.url))

    assert said.splitlines() == [
        "变更 1 项",
        "  t1  accept",
        "  联动事项 t2 同步办理 accept、progress",
        "  联动事项 t3 未同步：事项已暂停",
        "不变 2 项",
        "已写入台账",
    ]


def _plan(folder: Path) -> str:
    file = folder / "plan.txt"
    file.write_text(PLAN_TEXT, "utf-8")
    return str(file)


async def test_files_that_can_not_be_read_or_written_are_named(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        unread = await gateway.run("task", "import-sheet", str(tmp_path / "none.xlsx"))
        unwritten = await gateway.run("task", "export", str(tmp_path))

    assert (code_of(unread), code_of(unwritten)) == ("file.unreadable", "file.unwritable")
