"""The tasks of the 2023 plans in the year of feeds: what the catalogue says of them, and what people do, as data.

The deeds are what both sides read: the play makes them over the inner API, the oracle works out what they come to.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from deploy.catalogue import CATALOGUE, UNITS_FILE

ACCEPTED, BEGUN, LAST = date(2023, 4, 26), date(2023, 5, 10), date(2024, 1, 4)
SUSPENDED, RESUMED, CANCELLED, REASSIGNED = (date(2023, *day) for day in ((5, 22), (6, 12), (7, 5), (6, 5)))
YEAR_END, NEXT_YEAR, REOPENED_BY = date(2023, 12, 29), date(2024, 6, 28), date(2023, 11, 1)
HAND_OVER = (date(2023, 8, 1), "新城工改办", "开发建设部")
BY_OFFICE = ("verify", "return", "close", "normalise", "suspend", "resume", "cancel", "reopen", "carry_over")
ONE_DAY = timedelta(days=1)


class Deed(NamedTuple):
    """What somebody does: when (Shanghai), with which task of the catalogue, and with which words."""

    at: datetime
    task: str
    do: str
    said: dict[str, Any]


@dataclass
class Life:
    """What is done with one task, each deed at least a day after the one before."""

    task: str
    day: date
    deeds: list[Deed] = field(default_factory=list)

    def on(self, day: date, do: str, **said: object) -> None:
        """Do something on a day, or on the next one that is free; after the last day nothing is done any more."""
        self.day = max(day, self.day + ONE_DAY)
        if self.day <= LAST:
            hour = 15 if do in BY_OFFICE else 10
            at = datetime.fromisoformat(f"{self.day}T{hour}:00")
            self.deeds.append(Deed(at, self.task, do, said))


@cache
def rows(name: str) -> list[dict[str, Any]]:
    """Read a part of the catalogue."""
    return [json.loads(line) for line in (CATALOGUE / f"{name}.jsonl").read_text("utf-8").splitlines()]


@cache
def names() -> dict[str, str]:
    """Give what each printed name of a unit means."""
    every = json.loads(UNITS_FILE.read_text("utf-8"))
    return {name: one["canonical"] for one in every for name in (one["canonical"], *one["aliases"])}


@cache
def units() -> dict[str, str]:
    """Give the kind of each unit of the catalogue, by its name, in its order; 各… stands for several bodies."""
    every = json.loads(UNITS_FILE.read_text("utf-8"))
    kinds = {one["canonical"]: one["kind"] for one in every}
    return {name: "collective" if name.startswith("各") else kind for name, kind in kinds.items()}


def bodies() -> list[str]:
    """Name the units that are one body each, in the order of the catalogue."""
    return [name for name, kind in units().items() if kind != "collective"]


def answering(task: dict[str, Any]) -> str | None:
    """Name who answers for a task as it is printed: the first lead, else the first responsible, that is one body."""
    meant = [names()[name] for role in ("lead", "responsible") for name in task.get(role, ())]
    return next((name for name in meant if units()[name] != "collective"), None)


@cache
def deeds() -> list[Deed]:
    """Give everything that is done with tasks in the year, in the order of time."""
    found = [deed for number, task in enumerate(rows("tasks")) for deed in _life(number, task)]
    return sorted(found, key=lambda one: (one.at, one.task))


def _life(number: int, task: dict[str, Any]) -> list[Deed]:
    """Let a task that somebody answers for and that has a date go its way, which depends on its number alone."""
    if "deadline" not in task or answering(task) is None:
        return []
    life, due = Life(task["id"], ACCEPTED - ONE_DAY), date.fromisoformat(task["deadline"])
    life.on(ACCEPTED, "accept")
    if number % 7 == 6:
        return life.deeds
    life.on(BEGUN, "progress", progress=20)
    if number % 19 == 8:
        life.on(REASSIGNED, "reassign", to=bodies()[number % len(bodies())])
        life.on(REASSIGNED, "accept")
        life.on(REASSIGNED, "progress", progress=30)
    found = _interrupted(life, number, due)
    if found is not None:
        _finish(life, number, found)
    return life.deeds


def _interrupted(life: Life, number: int, due: date) -> date | None:
    """Add what comes between; give the day by which the task is then due, none where nothing more is done."""
    if number % 43 == 9:
        life.on(SUSPENDED, "suspend")
        return None
    if number % 31 == 11 and due > CANCELLED:
        life.on(CANCELLED, "cancel")
        return None
    if number % 37 == 19 and due > date(2023, 9, 1):
        life.on(YEAR_END, "carry_over", deadline=NEXT_YEAR.isoformat())
        return None
    if number % 41 == 7 and due > RESUMED + 7 * ONE_DAY:
        life.on(SUSPENDED, "suspend")
        life.on(RESUMED, "resume")
    if number % 23 == 5 and due - 18 * ONE_DAY > life.day:
        wanted = due + 30 * ONE_DAY
        life.on(due - 17 * ONE_DAY, "ask", wanted=wanted.isoformat())
        life.on(life.day, "refuse" if number % 46 == 5 else "grant", wanted=wanted.isoformat())
        return due if number % 46 == 5 else wanted
    return due


def _finish(life: Life, number: int, due: date) -> None:
    """Hand in, in time or late; perhaps it comes back; it is closed, left lying, or opened again."""
    life.on(due + 12 * ONE_DAY if number % 9 == 4 else due - (number % 10) * ONE_DAY, "submit")
    if number % 17 == 3:
        life.on(life.day, "return")
        life.on(life.day + 3 * ONE_DAY, "progress", progress=90)
        life.on(life.day, "submit")
    if number % 31 == 5:
        return
    life.on(life.day, "verify")
    if number % 29 == 2:
        return
    life.on(life.day, "normalise" if number % 13 == 1 else "close")
    if number % 11 == 3 and life.day <= REOPENED_BY:
        again = life.day + 40 * ONE_DAY
        life.on(life.day + 10 * ONE_DAY, "reopen", deadline=again.isoformat())
        life.on(life.day, "progress", progress=70)
        life.on(again + (ONE_DAY if number % 2 else -ONE_DAY), "submit")
        life.on(life.day, "verify")
        life.on(life.day, "close")


def excused(most: int = 4) -> dict[str, str]:
    """Choose cases for exemptions: tasks that nobody worked on or that came back; give the unit of each."""
    came_back = {one.task for one in deeds() if one.do == "return"}
    moved = {one.task for one in deeds() if one.do == "reassign"}
    undone: dict[str, str] = {}
    returned: dict[str, str] = {}
    for number, task in enumerate(rows("tasks")):
        unit = answering(task)
        if unit is None or unit == HAND_OVER[1] or "deadline" not in task or task["id"] in moved:
            continue
        if number % 7 == 6 and unit not in undone.values():
            undone[task["id"]] = unit
        elif task["id"] in came_back and unit not in returned.values():
            returned[task["id"]] = unit
    return dict([*undone.items()][:most]) | dict([*returned.items()][:most])
