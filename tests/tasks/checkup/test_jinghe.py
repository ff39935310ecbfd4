"""Holds the check-up of the Jinghe plans against labels that a reader gave, and against the gold ledgers."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from deploy.catalogue import UNITS_FILE
from services.tasks.checkup import Finding, check
from services.tasks.importer import read_directory_file, read_document

REPOSITORY = Path(__file__).parents[3]
SHARED = REPOSITORY.parent / "shared" / "data"
JINGHE = SHARED / "jinghe-2023-action-plans.txt"
LABELS = Path(__file__).parent / "labels.jsonl"
MOST_FALSE = 0.1
"""Share of the findings."""

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not JINGHE.exists(), reason="the plans are not beside the repository"),
]


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    units = read_directory_file(UNITS_FILE)
    return check(read_document(JINGHE), units)


def by_rule(findings: list[Finding], rule: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.slow
def test_every_finding_has_a_label_and_none_that_was_true_is_lost(findings: list[Finding]) -> None:
    labels = {str(row["key"]): row["label"] for row in rows(LABELS)}
    keys = {finding.key for finding in findings}

    assert [f"{one.key} {one.message}" for one in findings if one.key not in labels] == []
    assert [key for key, label in labels.items() if label and key not in keys] == []


def test_at_most_one_finding_in_ten_is_false(findings: list[Finding]) -> None:
    labels = {str(row["key"]): row["label"] for row in rows(LABELS)}
    false = [finding.key for finding in findings if not labels.get(finding.key)]

    assert len(false) <= MOST_FALSE * len(findings)


def test_every_label_says_why() -> None:
    assert all(row["reason"] and isinstance(row["label"], bool) for row in rows(LABELS))


def test_stage_goals_out_of_reach_are_those_of_the_gold_with_its_numbers(findings: list[Finding]) -> None:
    due: dict[str, list[str]] = defaultdict(list)
    for row in rows(SHARED / "gold" / "tasks.jsonl"):
        due[str(row["plan_id"])].append(str(row["deadline"]))
    goals = [row for row in rows(SHARED / "gold" / "milestones.jsonl") if row["type"] == "staged_percent"]
    expected = set()
    for goal in goals:
        dates, last = due[str(goal["plan_id"])], str(goal["deadline"])
        have = sum(one <= last for one in dates)
        if 100 * have < float(str(goal["value"])) * len(dates):
            expected.add(f"{len(dates)}项有时限的任务，到{last}到期的只有{have}项")

    told = " ".join(finding.message for finding in by_rule(findings, "stage-goal-out-of-reach"))
    assert len(expected) == told.count("到期的只有")
    assert all(sentence in told for sentence in expected)


@pytest.mark.parametrize(
    ("rule", "tasks"),
    [
        ("deadline-unclear", ["p04/1", "p04/2", "p04/3"]),
        ("deadline-too-soon", ["p11/12"]),
        ("deadline-too-soon", ["p14/1"]),
        ("contradicting-targets", ["p02/2", "p03/1"]),
        ("contradicting-targets", ["p02/64", "p06/2"]),
        ("count-mismatch", ["p04/28", "p04/29", "p04/30", "p04/31"]),
        ("inner-date", ["p07/4"]),
        ("same-task-twice", ["p02/35", "p09/4"]),
        ("same-task-twice", ["p02/69", "p19/5"]),
    ],
)
def test_the_known_contradictions_are_found(findings: list[Finding], rule: str, tasks: list[str]) -> None:
    assert tuple(tasks) in [finding.tasks for finding in by_rule(findings, rule)]


def test_tasks_without_date_and_without_lead_are_those_of_the_gold(findings: list[Finding]) -> None:
    gold = rows(SHARED / "gold" / "tasks.jsonl")
    [undated] = by_rule(findings, "no-deadline")
    leaderless = [task for finding in by_rule(findings, "no-lead") for task in finding.tasks]

    assert len(undated.tasks) == sum(row["deadline"] is None for row in gold) == 140
    assert len(leaderless) == sum(not row["lead"] for row in gold)


def test_indicators_are_counted_and_held_against_their_plans(findings: list[Finding]) -> None:
    [announced] = by_rule(findings, "announced-without-plan")
    lists = [finding for finding in by_rule(findings, "count-mismatch") if not finding.tasks]

    assert announced.message.endswith("2个没有对应的方案：劳动力市场监管、招标投标")
    assert [finding.message for finding in lists] == ["写明“5个特色指标”，后面只有4个"]


def test_the_nine_pairs_of_the_plans_are_found(findings: list[Finding]) -> None:
    assert len(by_rule(findings, "same-task-twice")) == 9
