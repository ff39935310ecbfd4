"""The ledger as its events tell it: what is held against the tables, so that a quiet change of a row is found.

Not told, and so not compared: progress and parts, texts beside the title, who is assumed to answer, marks of what a
person set, reviews passed, and a clock's days while it stands still, which are moved without a word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import singledispatchmethod
from typing import TypeAlias

from shared.events.supervision import (
    ClockStarted,
    ClockStopped,
    ExtensionDecided,
    ExtensionRequested,
    TaskCarriedOver,
    TaskClosed,
    TaskEvent,
    TaskInstructed,
    TaskLit,
    TaskNormalised,
    TaskReassigned,
    TaskRegistered,
    TaskReopened,
    TaskReturned,
)

Value: TypeAlias = str | bool | date | datetime | None
Facts: TypeAlias = Mapping[str, Value]  # By field: `state`, `clock finish due_at`, `extension 1 state` …
TAKEN_BACK = (TaskReturned, TaskInstructed, TaskReopened, TaskReassigned)  # What was closed is open again.


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a task that is not what the events say; both sides as text, empty for nothing."""

    task: str
    field: str
    expected: str
    found: str

    def words(self) -> str:
        """Write it for people."""
        return f"事项 {self.task} 的 {self.field}：应为 {self.expected or '（无）'}，实为 {self.found or '（无）'}"


@dataclass(slots=True)
class Told:
    """What the events have told of every task so far, by its id; hand them to `hear` in the order of the stream."""

    tasks: dict[str, dict[str, Value]] = field(default_factory=dict)

    @singledispatchmethod
    def hear(self, event: object) -> None:
        """Take in one event; what says nothing of the ledger's tables is passed over."""

    def _of(self, task_id: str) -> dict[str, Value]:
        return self.tasks.setdefault(task_id, {"state": "registered"})

    @hear.register
    def _registered(self, event: TaskRegistered) -> None:
        known = self._of(event.task_id)
        known |= {
            "kind": event.kind,
            "plan_id": event.plan_id,
            "number": event.number,
            "title": event.title,
            "level": event.level,
            "ongoing": event.ongoing,
            "in_year_scope": event.in_year_scope,
            "deadline": event.due_on,
            "answering_unit": event.answering_unit,
            "units": roles_text((unit.role, unit.unit_id) for unit in event.units),
        }

    @hear.register
    def _moved(self, event: TaskEvent) -> None:
        known = self._of(event.task_id)
        known["state"] = event.state
        if isinstance(event, TaskClosed | TaskNormalised):
            known["closed_at"] = known.get("closed_at") or event.closed_at
        elif isinstance(event, TAKEN_BACK):
            known["closed_at"] = None
        elif isinstance(event, TaskCarriedOver):
            known |= {"in_year_scope": False, "deadline": event.due_on}

    @hear.register
    def _lit(self, event: TaskLit) -> None:
        self._of(event.task_id)["light"] = event.light

    @hear.register
    def _started(self, event: ClockStarted) -> None:
        said = clock_facts(event.clock, event.started_at, event.due_at, None)
        self._of(event.task_id).update(said)

    @hear.register
    def _stopped(self, event: ClockStopped) -> None:
        self._of(event.task_id).update(clock_facts(event.clock, None, None, event.stopped_at))

    @hear.register
    def _requested(self, event: ExtensionRequested) -> None:
        said = extension_facts(event.number, "pending", event.wanted_on, None)
        self._of(event.task_id).update(said)

    @hear.register
    def _decided(self, event: ExtensionDecided) -> None:
        mark = f"extension {event.number}"
        granted = {f"{mark} state": event.outcome, f"{mark} granted_on": event.granted_on}
        self._of(event.task_id).update(granted)


def roles_text(roles: Iterable[tuple[str, str]]) -> str:
    """Write the roles of units (role, unit id) on a task, in one order."""
    return " ".join(sorted(f"{role}:{unit}" for role, unit in roles))


def clock_facts(
    name: str, started_at: datetime | None, due_at: datetime | None, stopped_at: datetime | None
) -> Facts:
    """Give what is compared of a clock: its days while it runs, and when it stopped once it stands still."""
    running = stopped_at is None
    return {
        f"clock {name} started_at": started_at if running else None,
        f"clock {name} due_at": due_at if running else None,
        f"clock {name} stopped_at": stopped_at,
    }


def extension_facts(number: int, state: str, wanted_on: date, granted_on: date | None) -> Facts:
    """Give what is compared of an extension."""
    mark = f"extension {number}"
    return {f"{mark} state": state, f"{mark} wanted_on": wanted_on, f"{mark} granted_on": granted_on}


def differences(told: Mapping[str, Facts], found: Mapping[str, Facts]) -> list[Difference]:
    """Compare what was told of every task with what the tables hold, by task and field."""
    listed = []
    for task in sorted({*told, *found}):
        if task not in found or task not in told:
            known = task in told
            listed.append(Difference(task, "task", "told" if known else "", "" if known else "in the table"))
            continue
        for name in sorted({*told[task], *found[task]}):
            expected, present = told[task].get(name), found[task].get(name)
            if expected != present:
                listed.append(Difference(task, name, _text(expected), _text(present)))
    return listed


def _text(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
