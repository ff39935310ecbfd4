"""Which dates people may set by hand 人工设定, and for which tasks.

Invariant: a date that a document prints is never set by hand; only an approved extension moves its clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.tasks.ledger.domain import STATE_WORDS, State
from shared.clock import local_date
from shared.errors import Invalid

# Nothing is owed any more, so that no date is either.
ENDED = frozenset({State.CLOSED, State.STANDING, State.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A task as far as its date goes; `parent_due_at` is the due instant of the task whose subtask it is."""

    state: State
    deadline: date | None
    deadline_set: bool
    parent_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a task can't have the date: a stable code, and a sentence for people."""

    code: str
    message: str


def check_day(day: date, today: date) -> None:
    """Pass when `day` is not over.

    Raises:
        Invalid: It is.
    """
    if day < today:
        message = f"时限 {day} 早于今天（{today}），请改为今后的日期"
        raise Invalid(message, code="task.deadline_past", field="deadline")


def check_within(day: date, parent_due_at: datetime | None) -> None:
    """Pass when a subtask's `day` does not lie after its parent's due day.

    Raises:
        Invalid: It does.
    """
    if fault := _after_parent(day, parent_due_at):
        raise Invalid(fault.message, code=fault.code, field="deadline")


def faults(task: Dated, day: date) -> Iterator[Fault]:
    """Say why a missing date of `task` can't be set to `day`; nothing when it can."""
    if task.deadline is not None and not task.deadline_set:
        yield Fault("deadline.printed", f"已有明确时限 {task.deadline}，如需调整请走延期申请")
    if task.state in ENDED:
        yield Fault("deadline.ended", f"处于“{STATE_WORDS[task.state]}”，不再需要时限")
    if fault := _after_parent(day, task.parent_due_at):
        yield fault


def _after_parent(day: date, parent_due_at: datetime | None) -> Fault | None:
    if parent_due_at is None or day <= local_date(parent_due_at):
        return None
    due = local_date(parent_due_at)
    return Fault("deadline.after_parent", f"子任务时限 {day} 晚于上级任务时限 {due}，请不迟于该日")
