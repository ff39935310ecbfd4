"""Where a task stands by the steps that were told of it: pure functions over a set, whatever order it came in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from services.metrics.domain import DONE, VOID, TaskCell

FINISH = "finish"  # The clock by whose due instant a task is measured.
REGISTERED = "registered"


class Step(NamedTuple):
    """A step of a task; see `models.TaskStep`."""

    task_id: str
    sequence: int
    kind: str
    told_at: datetime
    at: datetime
    state: str
    due_at: datetime | None
    late: bool
    late_by_original: bool | None
    word: str
    task_kind: str
    plan_id: str | None
    unit_id: str | None
    in_year_scope: bool


@dataclass(frozen=True)
class History:
    """A task, by its steps in the order of their stream."""

    task_id: str
    steps: Sequence[Step]

    @property
    def last(self) -> Step:
        """What was told of it last."""
        return self.steps[-1]

    @cached_property
    def registration(self) -> Step | None:
        """Say what it is; None while that was not told."""
        return self.last_of(REGISTERED)

    @property
    def kind(self) -> str:
        """What sort of task it is; empty while that was not told."""
        return self.registration.task_kind if self.registration else ""

    @property
    def plan_id(self) -> str | None:
        """Its plan."""
        return self.registration.plan_id if self.registration else None

    @property
    def unit_id(self) -> str | None:
        """The unit that answers for it."""
        return self.registration.unit_id if self.registration else None

    @property
    def state(self) -> str:
        """Where it stands."""
        return self._moved.state if self._moved else REGISTERED

    @property
    def due_at(self) -> datetime | None:
        """The due instant in force: that of its finish clock, or of its printed date where no clock was started."""
        clock = self.last_of("clock_started", FINISH)
        found = clock or self.registration
        return found.due_at if found else None

    @property
    def is_done(self) -> bool:
        """Whether it counts as done."""
        return self.state in DONE

    @property
    def is_cancelled(self) -> bool:
        """Whether it counts nowhere."""
        return self.state in VOID

    @property
    def done_at(self) -> datetime | None:
        """Since when it is done."""
        return self._moved.at if self._moved and self.is_done else None

    @property
    def late(self) -> bool:
        """Whether it was done after its due instant."""
        return self._moved is not None and self._moved.late

    @property
    def late_by_original(self) -> bool:
        """Whether it was done after the due instant before any extension; without one, after its due instant."""
        if self._moved is None or self._moved.late_by_original is None:
            return self.late
        return self._moved.late_by_original

    @property
    def cell(self) -> TaskCell:
        """Sort it as the counts of tasks are sorted."""
        due_at, handed_in = self.due_at, self.last_of("submitted")
        in_time = due_at is not None and handed_in is not None and handed_in.told_at <= due_at
        return TaskCell(
            self.plan_id or "",
            self.state,
            1,
            due_at=None if self.is_done else due_at,
            dated=due_at is not None,
            late=self.late,
            in_time=in_time,
        )

    def last_of(self, kind: str, word: str | None = None) -> Step | None:
        """Give the last step of a kind, and of a clock or measure."""
        of_kind = (one for one in reversed(self.steps) if one.kind == kind)
        return next((one for one in of_kind if word is None or one.word == word), None)

    def unit_at(self, sequence: int) -> str | None:
        """Give the unit that answered when a step was told: who comes later does not answer for it."""
        before = [one for one in self.steps if one.kind == REGISTERED and one.sequence <= sequence]
        return before[-1].unit_id if before else self.unit_id

    @cached_property
    def _moved(self) -> Step | None:
        return next((one for one in reversed(self.steps) if one.state), None)


def histories(steps: Iterable[Step]) -> list[History]:
    """Put steps together by task, in the order of the stream, by id."""
    ordered = sorted(steps, key=lambda one: (one.task_id, one.sequence))
    return [History(task, tuple(own)) for task, own in groupby(ordered, key=lambda one: one.task_id)]
