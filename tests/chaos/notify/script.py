"""What the ledger does in a drill: tasks begin day by day, are told about, and are closed some days after their date.

Invariant: it follows from the seed alone, so that an undisturbed service can be given the very same events.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.clock import at_local, end_of_day
from shared.events import Event
from shared.events.supervision import ClockStarted, Role, TaskClosed, TaskRegistered, UnitRole
from shared.workdays import ONE_DAY, WorkCalendar

FIRST = date(2023, 6, 20)
UNITS = 40
LONGEST_DAYS = 24  # From the registration of a task until it is due.
PATIENCE_DAYS = 9  # From then until it is closed.
ROLES: tuple[Role, ...] = ("lead", "responsible", "cooperating")


@dataclass(frozen=True, slots=True)
class Day:
    """One working day of the drill: at nine and five seconds the rungs of the day are due, and `events` are told."""

    now: datetime
    events: Sequence[Event]
    closing: Sequence[Event]


def days(seed: int, *, tasks: int, each: int) -> Iterator[Day]:
    """Give the days on which `each` tasks begin, and those after them until all are closed; few have short dates."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets.
    calendar, day, made = WorkCalendar(), FIRST, 0
    longest = min(LONGEST_DAYS, 4 + tasks // 10)
    due_on: dict[str, date] = {}
    while made < tasks or due_on:
        day = calendar.same_or_next(day)
        now = at_local(day, 9) + timedelta(seconds=5)
        over = [task for task, due in due_on.items() if (day - due).days > PATIENCE_DAYS]
        closing = [TaskClosed(task_id=task, state="closed", closed_at=now) for task in over]
        fresh = {
            f"t{one}": day + chance.randint(1, longest) * ONE_DAY
            for one in range(made, min(made + each, tasks))
        }
        events = [event for task, due in fresh.items() for event in _begin(task, due, now, chance)]
        yield Day(now, events, closing)
        due_on = {task: due for task, due in (due_on | fresh).items() if task not in over}
        made, day = made + len(fresh), day + ONE_DAY


def _begin(task: str, due: date, now: datetime, chance: random.Random) -> Sequence[Event]:
    units = chance.sample(range(UNITS), 2)
    roles = tuple(UnitRole(unit_id=f"u{unit}", role=role) for unit, role in zip(units, ROLES, strict=False))
    level = "urgent" if chance.random() < 0.1 else "normal"
    return (
        TaskRegistered(
            task_id=task, kind="action", number=task, title=f"事项{task}", units=roles, level=level
        ),
        ClockStarted(
            task_id=task,
            clock="finish",
            kind="action",
            started_at=now,
            recorded_at=now,
            due_at=end_of_day(due),
        ),
    )
