"""What happens to a task beside its deadlines and its units have to hear of: pure functions over events.

Invariant: who is told follows from the kind of step alone; a step is told of once, never repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.notify.domain import Told
from shared.clock import end_of_day, local_date
from shared.events.envelope import Event
from shared.events.supervision import (
    ExtensionDecided,
    MeasureTaken,
    PartMoved,
    TaskEvent,
    TaskInstructed,
    TaskReassigned,
    TaskReturned,
)
from shared.workdays import WorkCalendar

CLOCK = "step"  # Stands for the clock in the key of such a notice.
NEWS_FOR = 5  # 工作日 after a step within which its units are still told of it.
CONCERNED = frozenset({"lead", "responsible"})


class Step(StrEnum):
    """What a unit is told of, in place of the rung of a clock."""

    PLATE = "plate"  # 挂牌督办
    CIRCULAR = "circular"  # 书面通报
    TALK = "talk"  # 约谈
    URGE = "urge"  # 催办
    RETURNED = "returned"  # 退回重办
    INSTRUCTED = "instructed"  # 再次交办
    REASSIGNED = "reassigned"  # 改派
    EXTENSION = "extension"  # 延期批复


MEASURES = frozenset({Step.PLATE, Step.CIRCULAR, Step.TALK, Step.URGE})
OF_MOVES: Mapping[type[TaskEvent], Step] = {
    TaskReturned: Step.RETURNED,
    TaskInstructed: Step.INSTRUCTED,
    TaskReassigned: Step.REASSIGNED,
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One step as its units are told of it.

    Attributes:
        until: The day that a plate or an extension sets; None for a request that was refused.
        clock: The clock whose extension was decided.
        unit: Whose part 承办部分 it is about; empty for the whole task.
    """

    step: Step
    until: date | None = None
    clock: str = ""
    unit: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether more time was asked for and not given."""
        return self.step is Step.EXTENSION and self.until is None


def happening(event: Event) -> Happening | None:
    """Read what its units are to be told of an event; None for nothing.

    A request for more time that was withdrawn, or fell void with its task, was not decided by anybody.
    """
    match event:
        case TaskReturned() | TaskInstructed() | TaskReassigned():
            return Happening(OF_MOVES[type(event)])
        case MeasureTaken(measure=measure) if measure in MEASURES:
            return Happening(Step(measure), until=event.due_on)
        case PartMoved(state="returned"):
            return Happening(Step.RETURNED, unit=event.unit_id)
        case ExtensionDecided(outcome="granted" | "refused" | ""):
            return Happening(Step.EXTENSION, until=event.granted_on, clock=event.clock)
        case _:
            return None


def concerned(one: Happening, units: tuple[Told, ...], answering: str | None) -> tuple[Told, ...]:
    """Give the units that are told: of a part its own, of a refusal who asked, else all that answer for the task."""
    only = one.unit or (answering if one.is_refusal else None)
    return tuple(told for told in units if told[1] in CONCERNED and only in {None, told[0]})


def is_news(happened_at: datetime, now: datetime, calendar: WorkCalendar) -> bool:
    """Say whether a step is fresh enough to be told of; an old one, as after a rebuild, is only recorded."""
    return now <= end_of_day(calendar.add_workdays(local_date(happened_at), NEWS_FOR))
