"""What the measures of tasks must be: from the catalogue, the deeds and the archive, by what measures say they count.

As `oracle.py`: nothing of our code is asked. Of the archive only the registrations and clocks of tasks that the ledger
makes by itself are read (问题: services past their limits): nobody works on those.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.drill import oracle
from tests.drill.feeds import ledger
from tests.drill.feeds.ledger import HAND_OVER, Deed

SHANGHAI = ZoneInfo("Asia/Shanghai")
DONE, WAITING = ("closed", "standing"), ("submitted", "verified")
LEAST = 5  # Tasks below which a share says nothing; one is enough for a stage goal.
STATES = oracle.STATES | {"reassign": "assigned"}


@dataclass
class Task:
    """A task as it stands.

    Attributes:
        due, printed: The last day in force, and the one before any extension.
        happened: Returns and granted extensions: what, when, and who answered then.
    """

    name: str
    plan: str
    unit: str | None
    due: date | None
    printed: date | None
    in_year: bool
    state: str
    before: str = ""
    handed_in: datetime | None = None
    done: datetime | None = None
    late: bool = False
    late_by_print: bool = False
    happened: list[tuple[str, datetime, str | None]] = field(default_factory=list)

    def overdue(self, now: datetime) -> bool:
        if self.due is None or self.state in DONE or end_of(self.due) >= now:
            return False
        in_time = self.handed_in is not None and self.handed_in <= end_of(self.due)
        return not (self.state in WAITING and in_time)


class Asked(NamedTuple):
    """Which tasks: of a unit or all, of a plan or all, and of which days."""

    now: datetime
    unit: str | None = None
    plan: str | None = None
    first: date | None = None
    last: date | None = None

    def has(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def is_about(self, task: Task) -> bool:
        return self.plan in {None, task.plan} and self.unit in {None, task.unit}


@dataclass
class Count:
    """What is in the numerator (a task as often as it counts), what beside it in the denominator, and what is out."""

    counted: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def numerator(self) -> int:
        return len(self.counted)

    @property
    def denominator(self) -> int:
        return len({*self.counted, *self.beside})


def end_of(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T23:59:59")


def begin() -> dict[str, Task]:
    """Read the ledger as it is printed: who can answer is assigned."""
    found = {}
    for one in ledger.rows("tasks"):
        unit = ledger.answering(one)
        due = date.fromisoformat(one["deadline"]) if "deadline" in one else None
        in_year = due.year <= 2023 if due else not one.get("ongoing", False)
        state = "assigned" if unit else "registered"
        found[one["id"]] = Task(one["id"], one["plan_id"], unit, due, due, in_year, state)
    return found


def play(now: datetime) -> dict[str, Task]:
    """Work out where every task stands at an instant."""
    tasks, (moved_on, old, new) = begin(), HAND_OVER
    waiting = True
    for deed in [one for one in ledger.deeds() if one.at <= now]:
        if waiting and deed.at.date() >= moved_on:
            waiting = _hand_over(tasks, old, new)
        _do(tasks[deed.task], deed)
    if waiting and now.date() >= moved_on:
        _hand_over(tasks, old, new)
    return tasks


def _hand_over(tasks: Mapping[str, Task], old: str, new: str) -> bool:
    for task in tasks.values():
        if task.unit == old and task.state not in {*DONE, "cancelled"}:
            task.unit = new
    return False


def _do(task: Task, deed: Deed) -> None:
    if deed.do in {"return", "grant"}:
        task.happened.append((deed.do, deed.at, task.unit))
    task.unit = deed.said.get("to", task.unit)
    task.in_year = task.in_year and deed.do != "carry_over"
    task.handed_in = deed.at if deed.do == "submit" else task.handed_in
    due = deed.said["wanted"] if deed.do == "grant" else deed.said.get("deadline")
    task.due = date.fromisoformat(due) if due else task.due
    _move(task, deed)


def _move(task: Task, deed: Deed) -> None:
    if deed.do == "resume":
        task.state = task.before
    elif deed.do in STATES:
        task.before, task.state = task.state, STATES[deed.do]
        task.done = deed.at if task.state in DONE else None
    if task.state in DONE and task.handed_in and task.due and task.printed:
        task.late = task.handed_in > end_of(task.due)
        task.late_by_print = task.handed_in > end_of(task.printed)


Event = Mapping[str, Any]  # As it stands in the archive.


def found_by_ledger(events: Iterable[Event], now: datetime, names: Mapping[str, str]) -> dict[str, Task]:
    """Read the tasks that no plan names, as told by an instant; `names` are those of units by their ids."""
    found: dict[str, Task] = {}
    for event in events:
        said = event["data"]
        if local(event["time"]) > now:
            continue
        if event["type"].endswith("task.registered.v1") and said["kind"] == "problem":
            unit = names[said["answering_unit"]]
            due = found[event["subject"]].due if event["subject"] in found else None
            found[event["subject"]] = Task(
                event["subject"], "", unit, due, due, said["in_year_scope"], "assigned"
            )
        elif (
            event["type"].endswith("clock.started.v1")
            and said["clock"] == "finish"
            and said["task_id"] in found
        ):
            found[said["task_id"]].due = local(said["due_at"]).date()
    return found


def local(text: str) -> datetime:
    """Read an instant of an event in Shanghai."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI).replace(tzinfo=None)


Said = Iterator[tuple[str, str]]  # Task, and `in`, `beside`, or why it is left out.


def _due_in(tasks: Iterable[Task], asked: Asked) -> Iterator[Task]:
    """Give the tasks of the days by their due day; what has no date belongs to all days."""
    return (one for one in tasks if asked.is_about(one) and (one.due is None or asked.has(one.due)))


def _on_time(tasks: Iterable[Task], asked: Asked, *, by_print: bool = False) -> Said:
    for task in _due_in(tasks, asked):
        if task.state == "cancelled":
            yield task.name, "cancelled"
        elif task.due is None:
            yield task.name, "undated"
        elif task.state in DONE:
            yield task.name, "beside" if (task.late_by_print if by_print else task.late) else "in"
        elif task.overdue(asked.now):
            yield task.name, "beside"
        else:
            yield task.name, "handed_in" if task.state in WAITING else "not_due"


def _completed(tasks: Iterable[Task], asked: Asked) -> Said:
    for task in _due_in(tasks, asked):
        undated = task.due is None and (asked.first or asked.last)
        why = "cancelled" if task.state == "cancelled" else "undated" if undated else ""
        yield task.name, why or ("in" if task.state in DONE else "beside")


def _overdue(tasks: Iterable[Task], asked: Asked) -> Said:
    for task in _due_in(tasks, asked):
        if task.due is not None and task.state not in DONE:
            is_over = "in" if task.overdue(asked.now) else "beside"
            yield task.name, "cancelled" if task.state == "cancelled" else is_over


def _late(tasks: Iterable[Task], asked: Asked) -> Said:
    for task in _due_in(tasks, asked):
        if task.due is not None and task.state in DONE:
            yield task.name, "in" if task.late else "beside"


def _happened(word: str) -> Callable[[Iterable[Task], Asked], Said]:
    def said(tasks: Iterable[Task], asked: Asked) -> Said:
        for task in tasks:
            own = [
                at
                for what, at, unit in task.happened
                if what == word and asked.unit in {None, unit} and asked.has(at.date())
            ]
            if asked.plan not in {None, task.plan} or not (own or asked.is_about(task)):
                continue
            if task.state == "cancelled":
                yield task.name, "cancelled"
            else:
                yield from ((task.name, "in") for _ in own)
                yield from ((task.name, "beside") for _ in range(not own))

    return said


def _goal(tasks: Iterable[Task], asked: Asked) -> Said:
    limit = min(end_of(asked.last), asked.now) if asked.last else asked.now
    for task in tasks:
        if asked.is_about(task):
            why = "cancelled" if task.state == "cancelled" else "" if task.in_year else "out_of_scope"
            yield task.name, why or ("in" if task.done and task.done <= limit else "beside")


MEASURES: Mapping[str, Callable[[Iterable[Task], Asked], Said]] = {
    "tasks.on_time": _on_time,
    "tasks.on_time_original": lambda tasks, asked: _on_time(tasks, asked, by_print=True),
    "tasks.completed": _completed,
    "tasks.overdue": _overdue,
    "tasks.late": _late,
    "tasks.returned": _happened("return"),
    "tasks.extended": _happened("grant"),
    "goals.progress": _goal,
}


def count(measure: str, tasks: Iterable[Task], asked: Asked, without: Iterable[str] = ()) -> Count:
    """Count a measure; `without` are tasks that an exemption or an appeal takes out."""
    found, exempt = Count(), set(without)
    for name, word in MEASURES[measure](tasks, asked):
        if word in {"in", "beside"} and name in exempt:
            found.left_out["exempted"] += 1
        elif word == "in":
            found.counted.append(name)
        elif word == "beside":
            found.beside.append(name)
        else:
            found.left_out[word] += 1
    return found
