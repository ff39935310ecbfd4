"""Holds the importer against the gold ledgers that are kept beside the repository; steps aside without them."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.catalogue import UNITS_FILE
from services.tasks.importer import document_of, parse, read_directory_file, read_document, to_json_lines

REPOSITORY = Path(__file__).parents[3]
SHARED = REPOSITORY.parent / "shared"
JINGHE = SHARED / "data" / "jinghe-2023-action-plans.txt"
OTHERS = sorted((SHARED / "data" / "other-plans").glob("*.txt"))

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not JINGHE.exists(), reason="the gold ledgers are not beside the repository"),
]


def judged(tool: str, *arguments: str, records: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SHARED / "tools" / tool), *arguments]
    return subprocess.run(command, input="\n".join(records), capture_output=True, text=True, check=False)


def written(path: Path, what: str) -> list[str]:
    return list(to_json_lines(getattr(parse(read_document(path)), what)))


@pytest.mark.slow  # The judge compares every task with every other.
def test_every_field_of_all_430_tasks_equals_the_gold() -> None:
    gold = str(SHARED / "data" / "gold" / "tasks.jsonl")

    verdict = judged("compare_plan.py", "--exact", gold, "-", records=written(JINGHE, "tasks"))

    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.slow
@pytest.mark.parametrize("what", ["targets", "milestones", "cadences"])
def test_targets_stage_goals_and_cadences_reach_their_bars(what: str, tmp_path: Path) -> None:
    parsed = tmp_path / "parsed.jsonl"
    parsed.write_text("\n".join(written(JINGHE, what)), encoding="utf-8")

    verdict = judged("compare_targets.py", what, str(parsed), records=[])

    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.slow
def test_55_printed_names_resolve_to_the_44_canonical_ones() -> None:
    directory = read_directory_file(UNITS_FILE)
    gold = json.loads((SHARED / "data" / "gold" / "units.json").read_text(encoding="utf-8"))

    units = parse(read_document(JINGHE), directory).units

    assert {(unit.name, unit.canonical, unit.mentions) for unit in units} == {
        (name["name"], unit["canonical"], name["total"]) for unit in gold["units"] for name in unit["names"]
    }


@pytest.mark.slow
def test_plans_of_other_places_reach_the_pooled_bar() -> None:
    pooled: Counter[str] = Counter()
    for path in OTHERS:
        gold = str(path.with_name(f"{path.name.split('.')[0]}.gold.jsonl"))
        verdict = judged(
            "compare_plan.py", "--counts", "--min", "0.88", gold, "-", records=written(path, "tasks")
        )
        pooled.update(json.loads(verdict.stdout.splitlines()[-1]))
        assert verdict.returncode == 0, (path.name, verdict.stdout)

    assert f1(pooled["tp"], pooled["fp"], pooled["fn"]) >= 0.95
    assert f1(pooled["u_tp"], pooled["u_fp"], pooled["u_fn"]) >= 0.95
    assert pooled["d_extra"] <= 0.05 * pooled["tp"]


def wrapped(text: str, width: int) -> str:
    lines = (line[at : at + width] for line in text.split("\n") for at in range(0, max(1, len(line)), width))
    return "\n".join(lines)


RELAID: dict[str, Callable[[str], str]] = {
    "without line breaks": lambda text: "".join(line.strip() for line in text.split("\n")),
    "wrapped at 28": lambda text: wrapped(text, 28),
    "wrapped at 38": lambda text: wrapped(text, 38),
    "a blank line between lines": lambda text: text.replace("\n", "\n\n"),
    "half-width": lambda text: text.replace("（", "(").replace("）", ")").replace("：", ":"),
    "square brackets": lambda text: re.sub(r"（((?:牵头|责任)单位[^（）]*)）", r"【\1】", text),
    "fields on lines of their own": lambda text: re.sub(r"（((?:牵头|责任)单位[^（）]*)）", r"\n\1\n", text),
    "other labels": lambda text: text.replace("责任单位", "承办部门").replace("牵头单位", "主办单位"),
}


@pytest.mark.slow
@pytest.mark.parametrize("layout", RELAID)
def test_the_same_plan_in_another_layout_reads_the_same(layout: str) -> None:
    pooled: Counter[str] = Counter()
    for path in (path for path in OTHERS if ".raw" not in path.name):
        gold = str(path.with_name(f"{path.stem}.gold.jsonl"))
        tasks = parse(document_of(path.name, RELAID[layout](path.read_text(encoding="utf-8")))).tasks
        verdict = judged("compare_plan.py", "--counts", gold, "-", records=list(to_json_lines(tasks)))
        pooled.update(json.loads(verdict.stdout.splitlines()[-1]))

    assert f1(pooled["tp"], pooled["fp"], pooled["fn"]) >= 0.95
    assert f1(pooled["u_tp"], pooled["u_fp"], pooled["u_fn"]) >= 0.95


def f1(hits: int, extra: int, missed: int) -> float:
    return 2 * hits / (2 * hits + extra + missed)
