"""Judges the importer by the invented documents of this repository: tasks, units by role, and dates."""

import json
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from services.tasks.importer import parse, read_document
from services.tasks.importer.records import Task

DOCUMENTS = Path(__file__).parent / "documents"
GOLDS = sorted(DOCUMENTS.glob("*.gold.jsonl"))
ROLES = ("lead", "responsible", "cooperating")

Label = dict[str, Any]


def plain(text: str) -> str:
    return re.sub(r"\W", "", text)


def alike(label: Label, task: Task) -> bool:
    """Say whether a title means the label: equal, one the beginning of the other, or nearly the same words."""
    wanted, found = plain(label["title"]), plain(task.title)
    begins = min(len(wanted), len(found)) >= 4 and (wanted.startswith(found) or found.startswith(wanted))
    return begins or SequenceMatcher(None, wanted[:60], found[:60]).ratio() >= 0.7


def paired(labels: list[Label], tasks: list[Task]) -> list[tuple[Label, Task]]:
    """Pair labels and tasks in the order of the document."""
    pairs: list[tuple[Label, Task]] = []
    at = 0
    for label in labels:
        found = next((n for n in range(at, len(tasks)) if alike(label, tasks[n])), None)
        if found is not None:
            pairs.append((label, tasks[found]))
            at = found + 1
    return pairs


def units_of(label: Label, task: Task) -> Counter[str]:
    counts: Counter[str] = Counter()
    for role in ROLES:
        wanted, found = set(label[role]), set(getattr(task, role))
        if found == set(label.get("alt", {}).get(role, wanted)):
            wanted = found
        counts.update(hit=len(wanted & found), missed=len(wanted - found), extra=len(found - wanted))
    return counts


def dates_wrong(pairs: list[tuple[Label, Task]]) -> list[tuple[str, str | None, str | None]]:
    found = [
        (label, task.deadline.isoformat() if task.deadline else None)
        for label, task in pairs
        if not label.get("optional")
    ]
    return [
        (label["id"], label["deadline"], day)
        for label, day in found
        if day not in {label["deadline"], label.get("alt", {}).get("deadline", label["deadline"])}
    ]


def judged(gold: Path) -> tuple[Counter[str], Counter[str], list[tuple[str, str | None, str | None]]]:
    """Count tasks and units that are hit, missed and extra, and list the dates that are wrong."""
    (document,) = (path for path in DOCUMENTS.glob(gold.name.split(".")[0] + ".*") if path != gold)
    labels = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    tasks = list(parse(read_document(document)).tasks)
    pairs = paired(labels, tasks)
    hit = [pair for pair in pairs if not pair[0].get("optional")]
    wanted = sum(not label.get("optional") for label in labels)
    units = sum((units_of(*pair) for pair in hit), Counter())
    counts = Counter(hit=len(hit), missed=wanted - len(hit), extra=len(tasks) - len(pairs))
    return counts, units, dates_wrong(pairs)


def f1(counts: Counter[str]) -> float:
    return 2 * counts["hit"] / (2 * counts["hit"] + counts["missed"] + counts["extra"])


@pytest.mark.parametrize("gold", GOLDS, ids=lambda path: path.name.split(".")[0])
def test_each_invented_document_is_read_with_all_its_dates(gold: Path) -> None:
    tasks, units, wrong = judged(gold)

    assert f1(tasks) >= 0.88
    assert f1(units) >= 0.88
    assert wrong == []


def test_the_invented_documents_together_reach_the_bar() -> None:
    verdicts = [judged(gold) for gold in GOLDS]

    assert len(verdicts) == 18
    assert f1(sum((tasks for tasks, _, _ in verdicts), Counter())) >= 0.95
    assert f1(sum((units for _, units, _ in verdicts), Counter())) >= 0.95
