"""A year of supervision as data: who does what with which of the 430 tasks on which day, written from the gold ledger.

The lines are what both sides of the comparison read: the player sends them to the services, the oracle works them out.
`python -m tests.drill.scenario GOLD > scenario.jsonl` prints them.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ISSUED = date(2023, 4, 25)
LINKED_ON, BULK_ON, YEAR_END = date(2023, 4, 25), date(2023, 5, 8), date(2023, 12, 29)
BULK_DEADLINE, NEXT_YEAR = date(2023, 11, 30), date(2024, 6, 28)
PAIRS_DONE_ON = date(2023, 6, 20)  # By then the first of every pair was handed in, and the second with it.
SUSPENDED_ON, RESUMED_ON, CANCELLED_ON = date(2023, 5, 22), date(2023, 6, 12), date(2023, 7, 5)
HAND_OVER = (date(2023, 8, 1), "新城工改办", "开发建设部")
MERGER = (date(2023, 10, 9), "秦创原工作部", "发展和经济运行部")
PAIRS = (
    ("measure-35", "fa07-4"),
    ("measure-69", "fa17-5"),
    ("measure-3", "fa01-4"),
    ("measure-59", "fa07-1"),
    ("measure-11", "fa01-11"),
    ("measure-42", "fa08-3"),
    ("measure-6", "fa01-9"),
    ("measure-77", "fa15-14"),
    ("measure-43", "fa08-5"),
)
Action = dict[str, Any]


@dataclass
class Life:
    """The course of one task: a growing list of dated actions, each at least a day after the one before."""

    task: str
    unit: str
    day: date = ISSUED
    actions: list[Action] = field(default_factory=list)

    def on(self, day: date, do: str, **said: object) -> None:
        """Add an action on `day`, or a day after the last one when that is later."""
        self.day = max(day, self.day + timedelta(days=1))
        self.actions.append({"day": self.day.isoformat(), "do": do, "task": self.task, **said})

    def by_unit(self, day: date, do: str, **said: object) -> None:
        """Add an action of the unit that answers on that day."""
        self.on(day, do, **said)
        self.actions[-1]["unit"] = _unit_on(self.unit, self.day)


def _unit_on(unit: str, day: date) -> str:
    for since, old, new in (HAND_OVER, MERGER):
        if unit == old and day >= since:
            unit = new
    return unit


def write(tasks: Sequence[Mapping[str, Any]], collectives: frozenset[str]) -> list[Action]:
    """Write the year of all tasks, in the order in which things happen."""
    actions = [_order("hand_over", *HAND_OVER), _order("merge", *MERGER)]
    actions += [{"day": LINKED_ON.isoformat(), "do": "link", "tasks": pair} for pair in PAIRS]
    undated = [task["id"] for task in tasks if task["plan_id"] == "measure"]
    actions.append(
        {
            "day": BULK_ON.isoformat(),
            "do": "set_deadlines",
            "tasks": undated,
            "deadline": BULK_DEADLINE.isoformat(),
        }
    )
    for number, task in enumerate(tasks):
        unit = answering(task, collectives)
        if unit:
            actions += _live(Life(task["id"], unit), task, number).actions
    return sorted(actions, key=lambda action: action["day"])  # Stable: what a day holds keeps its order.


def _order(kind: str, day: date, unit: str, to: str) -> Action:
    return {"day": day.isoformat(), "do": kind, "unit": unit, "to": to}


def answering(task: Mapping[str, Any], collectives: frozenset[str]) -> str | None:
    """Name who answers for a task: the first lead, else the first responsible unit, collectives aside."""
    named = [*task["lead_norm"], *task["responsible_norm"]]
    return next((unit for unit in named if unit not in collectives), None)


def _live(life: Life, task: Mapping[str, Any], number: int) -> Life:
    due = date.fromisoformat(task["deadline"]) if task["deadline"] else None
    if task["plan_id"] == "measure":
        due = BULK_DEADLINE
    follows = life.task in {second for _, second in PAIRS} and life.task != "fa15-14"
    if not follows:
        life.by_unit(ISSUED, "accept")
    if due is None:
        for day, progress in ((date(2023, 6, 15), 30), (date(2023, 9, 15), 60)):
            life.by_unit(day, "progress", progress=progress)
        return life
    _work(life, task, number, due, follows=follows)
    return life


def _work(life: Life, task: Mapping[str, Any], number: int, due: date, *, follows: bool) -> None:
    """Let a dated task go its way, which depends on its number alone."""
    if follows:
        life.day = PAIRS_DONE_ON
    else:
        due = _on_the_way(life, number, due)
        if life.actions[-1]["do"] == "cancel":
            return
        if number % 37 == 19 and due > date(2023, 9, 1) and life.task not in dict(PAIRS):
            life.on(YEAR_END, "carry_over", deadline=NEXT_YEAR.isoformat())
            return
        life.by_unit(_hand_in_day(life.task, number, due), "submit")
    if number % 17 == 3 and not follows:
        life.on(life.day, "return")
        life.by_unit(life.day + timedelta(days=3), "progress", progress=90)
        life.by_unit(life.day, "submit")
    life.on(life.day, "verify")
    life.on(life.day, "normalise" if task["ongoing"] else "close")
    if number % 61 == 13 and life.unit not in {HAND_OVER[1], MERGER[1]} and not follows:
        _reopen(life)


def _on_the_way(life: Life, number: int, due: date) -> date:
    """Add the first reports and what comes between; give the due day that holds after it."""
    life.by_unit(date(2023, 5, 10) + timedelta(days=number % 5), "progress", progress=20)
    if life.task in dict(PAIRS):
        return due
    if number % 41 == 7 and due > RESUMED_ON:
        life.on(SUSPENDED_ON, "suspend")
        life.on(RESUMED_ON, "resume")
    if number % 53 == 11 and due > CANCELLED_ON:
        life.on(CANCELLED_ON, "cancel")
        return due
    if number % 23 == 5 and due - timedelta(days=18) > life.day:
        wanted = due + timedelta(days=30)
        life.by_unit(due - timedelta(days=17), "ask", wanted=wanted.isoformat())
        granted = number % 46 != 5
        life.on(life.day, "grant" if granted else "refuse")
        due = wanted if granted else due
    if due - timedelta(days=25) > life.day:
        life.by_unit(due - timedelta(days=20), "progress", progress=60)
    return due


def _hand_in_day(task: str, number: int, due: date) -> date:
    if task in dict(PAIRS):
        return date(2023, 6, 12) + timedelta(days=number % 4)
    return due + timedelta(days=12) if number % 9 == 4 else due - timedelta(days=3 + number % 7)


def _reopen(life: Life) -> None:
    if life.day > date(2023, 11, 1):
        return
    life.on(life.day + timedelta(days=10), "reopen", deadline=(life.day + timedelta(days=40)).isoformat())
    life.by_unit(life.day, "progress", progress=70)
    life.by_unit(life.day + timedelta(days=15), "submit")
    life.on(life.day, "verify")
    life.on(life.day, "close")


def read_gold(folder: Path) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """Read the tasks and the names of the collectives from the gold ledger."""
    tasks = [json.loads(line) for line in (folder / "tasks.jsonl").read_text("utf-8").splitlines()]
    units = json.loads((folder / "units.json").read_text("utf-8"))["units"]
    return tasks, frozenset(unit["canonical"] for unit in units if unit["collective"])


def lines(folder: Path) -> Iterator[str]:
    """Give the scenario line by line."""
    for action in write(*read_gold(folder)):
        yield json.dumps(action, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(Path(sys.argv[1])))
