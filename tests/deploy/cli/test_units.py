"""`duban units load`, against a real gateway with the real tasks service."""

import json
from pathlib import Path

import pytest

from deploy.catalogue import UNITS_FILE
from shared.testing import json_lines
from tests.deploy.gateways import code_of, printed, real, run
from tests.tasks.apps import PLAN_TEXT

REPOSITORY = Path(__file__).parents[3]
JINGHE = REPOSITORY.parent / "shared" / "data" / "jinghe-2023-action-plans.txt"
LIST = [
    {"canonical": "政务服务中心", "kind": "department", "aliases": ["政务中心"]},
    {"canonical": "财政部门", "kind": "department", "aliases": ["财政金融部"]},
]


def written(folder: Path, units: object) -> str:
    path = folder / "units.json"
    path.write_text(json.dumps(units, ensure_ascii=False), "utf-8")
    return str(path)


@pytest.mark.slow
async def test_a_list_is_tried_loaded_and_then_already_there(tmp_path: Path) -> None:
    file = written(tmp_path, LIST)

    async with real(tmp_path) as gateway:
        tried = printed(await gateway.run("units", "load", file))
        loaded = printed(await gateway.run("units", "load", file, "--confirm"))
        again = printed(await gateway.run("units", "load", file, "--confirm"))

    assert tried.startswith("清单 2 个单位：新增 2 个，新别名 2 个\n  新增单位 政务服务中心（department，u")
    assert tried.endswith("只是试算，加 --confirm 写入台账\n")
    assert loaded == tried.replace("只是试算，加 --confirm 写入台账", "已写入台账")
    assert again == "清单 2 个单位：新增 0 个，新别名 0 个\n台账已是如此，无需更改\n"


@pytest.mark.slow
async def test_a_plan_that_is_imported_later_finds_the_listed_units(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN_TEXT, "utf-8")
    standard_input = json.dumps(LIST).encode()

    async with real(tmp_path) as gateway:
        await gateway.run("units", "load", "-", "--confirm", stdin=standard_input)
        await gateway.run("plan", "import", str(tmp_path / "plan.txt"), "--confirm")
        units = json_lines(printed(await gateway.run("task", "units", "--json")))

    assert {unit["name"] for unit in units} == {"政务服务中心", "财政部门", "各相关部门"}


@pytest.mark.slow
async def test_what_the_ledger_says_otherwise_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN_TEXT, "utf-8")
    file = written(
        tmp_path,
        [
            {"canonical": "政务服务中心", "kind": "centre", "aliases": ["政务中心"]},
            {"canonical": "财政金融部", "kind": "soe", "aliases": ["各相关部门"]},
        ],
    )

    async with real(tmp_path) as gateway:
        await gateway.run("plan", "import", str(tmp_path / "plan.txt"), "--confirm")
        said = printed(await gateway.run("units", "load", file))
        refused = await gateway.run("units", "load", file, "--confirm")

    assert "  台账另称 政务服务中心 为 政务中心（u" in said
    assert "  类别改为 soe：u" in said
    assert "  冲突 各相关部门 清单归 财政金融部，台账归 各相关部门（u" in said
    assert said.endswith("有冲突，不能写入：请先合并单位，或修改该单位的别名\n")
    assert (refused.exit_code, code_of(refused)) == (1, "unit.alias_taken")


async def test_the_outcome_is_printed_as_json(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        said = printed(await gateway.run("units", "load", str(UNITS_FILE), "--json"))

    (outcome,) = json_lines(said)
    assert (outcome["confirmed"], outcome["listed"], len(outcome["new"])) == (False, 44, 44)


def test_a_file_that_is_not_there_is_said_before_anything_is_sent() -> None:
    assert code_of(run("units", "load", "/nowhere/units.json")) == "file.unreadable"


@pytest.mark.slow
@pytest.mark.shared_data
@pytest.mark.skipif(not JINGHE.exists(), reason="the plan document is not beside the repository")
async def test_the_jinghe_document_finds_its_44_units_by_55_printed_names(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        await gateway.run("units", "load", str(UNITS_FILE), "--confirm")
        printed(await gateway.run("plan", "import", str(JINGHE), "--confirm"))
        units = json_lines(printed(await gateway.run("task", "units", "--json")))

    assert len(units) == 44
    assert sum(1 + len(unit["aliases"]) for unit in units) >= 55
