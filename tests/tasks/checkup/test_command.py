"""`duban plan check`: what a person reads, what a program reads, and the table of rules."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.plan import app
from services.tasks.checkup import RULES
from shared.errors import Invalid
from tests.tasks.checkup.documents import ISSUED, plan, task


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "plan.txt"
    tasks = [task(number, due="") for number in range(1, 11)]
    path.write_text(ISSUED + plan(*tasks, task(11, lead=""), title="某市“开办”指标方案"), "utf-8")
    return str(path)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["check", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_a_person_reads_the_findings_rule_by_rule(file: str) -> None:
    output = run(file)

    assert "方案体检：plan.txt（某政发〔2023〕5号，2023-03-01 印发）" in output
    assert "方案 1 个，任务 11 项；发现 2 处，涉及 2 条规则" in output
    assert "1. 没有完成时限（1 处，no-deadline）\n   为何要紧：" in output
    assert "第 9—28 行　p01/1、p01/2、p01/3、p01/4、p01/5、p01/6、p01/7、p01/8 等 10 项" in output
    assert "       请问：这些任务由哪个单位牵头" in output


def test_a_program_reads_one_finding_a_line(file: str) -> None:
    first, second = map(json.loads, run(file, "--json").splitlines())

    assert set(first) == {"key", "rule", "lines", "tasks", "message", "why", "ask"}
    assert (second["rule"], second["tasks"], second["lines"]) == ("no-lead", ["p01/11"], [[29, 30]])


def test_many_places_are_shown_in_part_and_a_document_without_number_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    tasks = [task(number, due="" if number % 2 else "2023年6月底前") for number in range(1, 17)]
    path.write_text(plan(*tasks), "utf-8")

    output = run(str(path))

    assert "（无文号）" in output
    assert "行 等　p01/1" in output


def test_a_finding_about_no_task_names_its_lines_alone(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(plan(task(1), goals="抓好5个重点：甲类、乙类。"), "utf-8")

    assert "第 3 行\n" in run(str(path))


def test_the_rules_are_listed_for_people_and_programs() -> None:
    told, rows = run("--rules"), [json.loads(line) for line in run("--rules", "--json").splitlines()]

    assert [row["rule"] for row in rows] == [rule.code for rule in RULES]
    assert all(f"{rule.code}　{rule.title}\n    {rule.why}" in told for rule in RULES)


def test_without_a_file_the_command_says_what_to_give() -> None:
    with pytest.raises(Invalid, match="--rules"):
        CliRunner().invoke(app, ["check"], catch_exceptions=False)
