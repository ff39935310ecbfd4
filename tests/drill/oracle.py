"""Works out where every task stands on a day of the scripted year, from the gold ledger and the scenario alone.

It imports no service: `python oracle.py GOLD SCENARIO DAY` prints a line for each task and, with `--radar`, for each
stage goal. What it says is what the services have to say.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

Task = dict[str, Any]

STATES = {
    "accept": "accepted",
    "progress": "in_progress",
    "submit": "submitted",
    "verify": "verified",
    "return": "returned",
    "close": "closed",
    "normalise": "standing",
    "suspend": "suspended",
    "cancel": "cancelled",
    "reopen": "reopened",
}
FOLLOWED_FROM = {
    "accept": ("assigned",),
    "progress": ("accepted", "in_progress", "returned", "reopened"),
    "submit": ("in_progress",),
}
DONE = ("closed", "standing", "cancelled")


def read(path: str | Path) -> list[Task]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def begin(gold: str) -> dict[str, Task]:
    """The ledger on the day of issue: assigned where a unit can answer."""
    units = json.loads((Path(gold) / "units.json").read_text("utf-8"))["units"]
    collectives = {unit["canonical"] for unit in units if unit["collective"]}
    ledger = {}
    for task in read(Path(gold) / "tasks.jsonl"):
        named = [*task["lead_norm"], *task["responsible_norm"]]
        answering = next((unit for unit in named if unit not in collectives), None)
        ledger[task["id"]] = {
            "plan": task["plan_id"],
            "state": "assigned" if answering else "registered",
            "progress": 0,
            "due": task["deadline"],
            "answering": answering,
            "done_on": None,
            "in_year": task["deadline"] is not None or not task["ongoing"],
        }
    return ledger


def play(ledger: dict[str, Task], scenario: Iterable[Task], day: str) -> dict[str, Task]:
    """Everything up to the end of `day`."""
    linked: dict[str, str] = {}
    wanted: dict[str, str] = {}
    for action in (action for action in scenario if action["day"] <= day):
        do = action["do"]
        if do == "link":
            linked |= dict((action["tasks"], action["tasks"][::-1]))
        elif do == "set_deadlines":
            for name in action["tasks"]:
                ledger[name]["due"] = action["deadline"]
        elif do in ("hand_over", "merge"):
            succeed(ledger, action)
        else:
            step(ledger[action["task"]], action, wanted)
            other = ledger.get(linked.get(action["task"], ""), {})
            if other.get("state") in FOLLOWED_FROM.get(do, ()) and other["answering"] == action["unit"]:
                step(other, action, wanted)
    return ledger


def succeed(ledger: dict[str, Task], action: Task) -> None:
    """What is open goes to the unit that takes over."""
    for task in ledger.values():
        if task["answering"] == action["unit"] and task["state"] not in DONE:
            task["answering"] = action["to"]


def step(task: Task, action: Task, wanted: dict[str, str]) -> None:
    do = action["do"]
    if do == "ask":
        wanted[action["task"]] = action["wanted"]
    elif do == "grant":
        task["due"] = wanted[action["task"]]
    elif do == "resume":
        task["state"] = task["before"]
    elif do == "carry_over":
        task["in_year"] = False
    elif do in STATES:
        task["before"] = task["state"]
        task["state"] = "standing" if (task["state"], do) == ("standing", "progress") else STATES[do]
        task["done_on"] = action["day"] if do in ("close", "normalise") else None
    task["progress"] = 100 if do == "submit" else action.get("progress", task["progress"])
    task["due"] = action.get("deadline", task["due"])


def radar(ledger: dict[str, Task], goals: Iterable[Task], day: str) -> Iterator[Task]:
    """How each stage goal stands at the end of `day`, which comes before the goal's own."""
    for goal in goals:
        tasks = [task for task in ledger.values() if task["plan"] == goal["plan_id"]]
        tasks = [task for task in tasks if task["state"] != "cancelled"]
        if "年底前" in goal["scope"]:
            tasks = [task for task in tasks if task["in_year"]]
        done = [task for task in tasks if task["done_on"]]
        waiting = [task for task in tasks if task["state"] in ("submitted", "verified")]
        in_time = [
            task
            for task in tasks
            if not task["done_on"] and (task in waiting or (task["due"] and task["due"] <= goal["deadline"]))
        ]
        week = (date.fromisoformat(day) + timedelta(days=7)).isoformat()
        needed = ceil(Fraction(str(goal["value"])) * len(tasks) / 100)
        yield {
            "plan": goal["plan_id"],
            "due_on": goal["deadline"],
            "total": len(tasks),
            "needed": needed,
            "done": len(done),
            "handed_in": len(waiting),
            "due_soon": sum(bool(task["due"]) and day <= task["due"] <= week for task in in_time),
            "reachable": len(done) + len(in_time),
            "deciding": min(max(needed - len(done), 0), len(in_time)),
        }


def main(gold: str, scenario: str, day: str, *flags: str) -> None:
    ledger = play(begin(gold), read(scenario), day)
    if "--radar" in flags:
        goals = [goal for goal in read(Path(gold) / "milestones.jsonl") if goal["type"] == "staged_percent"]
        answers = radar(ledger, goals, day)
    else:
        shown = ("state", "progress", "due", "answering")
        answers = ({"task": name} | {key: task[key] for key in shown} for name, task in ledger.items())
    sys.stdout.writelines(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
