import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.plan import app
from services.tasks.importer import UnreadableDocument

PLAN = (
    "某政发〔2023〕5号\n某市政府\n2023年3月1日\n某市方案\n一、任务\n1.甲事。新增5家企业。\n"
    "责任单位：甲局\n完成时限：6月底\n"
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["parse", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_summary_names_plans_counts_and_doubts_with_their_lines(plan: Path) -> None:
    output = run(str(plan))

    assert "某政发〔2023〕5号" in output
    assert "2023-03-01 印发" in output
    assert "任务 1，指标 1" in output
    assert "第6—8行 p01-1 [lead_assumed]" in output


def test_a_document_without_doubts_and_number_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("某市2023年方案\n1.甲。（牵头单位：甲局）\n", encoding="utf-8")

    output = run(str(path))

    assert "无文号" in output
    assert "无存疑" in output


def test_more_doubts_than_fit_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "某市方案\n" + "".join(f"{n}.甲。（责任单位：甲局）\n" for n in range(1, 60)), encoding="utf-8"
    )

    assert "其余 19 条" in run(str(path))


@pytest.mark.parametrize(
    ("what", "key"),
    [("tasks", "number"), ("targets", "value"), ("units", "canonical"), ("doubts", "code")],
)
def test_records_are_printed_as_json_lines(plan: Path, what: str, key: str) -> None:
    lines = run(str(plan), "--json", "--what", what).splitlines()

    assert lines
    assert all(key in json.loads(line) for line in lines)


def test_aliases_may_come_from_a_file(plan: Path, tmp_path: Path) -> None:
    aliases = tmp_path / "units.json"
    aliases.write_text(
        '[{"canonical": "甲工作局", "kind": "department", "aliases": ["甲局"]}]', encoding="utf-8"
    )

    (line,) = run(str(plan), "--json", "--what", "units", "--aliases", str(aliases)).splitlines()

    assert json.loads(line)["canonical"] == "甲工作局"


def test_a_file_that_can_not_be_read_is_one_clear_failure(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"missing\.txt"):
        run(str(tmp_path / "missing.txt"))
