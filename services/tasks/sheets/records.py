"""A task with all that a line of the 督办台账 says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.tasks.ledger.domain_sources import SOURCES
from services.tasks.models import ReportRow, TaskRow
from services.tasks.sheets.domain_cells import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A task for a sheet.

    Attributes:
        light: What it shows; of a past task, computed for that instant.
        body: Its text, which a past task does not carry itself.
        units: Names by role, in printed order.
        report: What the answering unit reported last.
        opinion: What the reviewers said last 审核意见.
        extensions: How many were granted.
        due_on: The day it is due now.
        original_due_on: The day before any extension, where a clock runs or ran.
        cadence: Its recurring duties in words.
    """

    task: TaskRow
    light: str
    body: str
    plan_title: str
    units: Mapping[str, tuple[str, ...]]
    registered_on: date
    report: ReportRow | None
    opinion: str
    extensions: int
    due_on: date | None
    original_due_on: date | None
    cadence: str

    @property
    def code(self) -> str:
        """Its 督办编号."""
        return code_of_task(self.task)

    @property
    def term(self) -> Term:
        """When it is to be done, as it was printed or set."""
        return term_of(self.task)

    def named(self, role: str) -> str:
        """Give the names of the units in a role."""
        return "、".join(self.units.get(role, ()))


def code_of_task(task: TaskRow) -> str:
    """Give the 督办编号: the office's own number of a task registered by hand, else the ledger's id."""
    return task.number if is_by_hand(task) and task.number else task.id


def is_by_hand(task: TaskRow) -> bool:
    """Tell whether a task was registered by hand: people named its source, so no document says what it is."""
    return task.source in SOURCES


def term_of(task: TaskRow) -> Term:
    """Give when a task is to be done."""
    return Term(task.deadline) if task.deadline else Term(ongoing=task.ongoing)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecord:
    """A task for the form of a unit.

    Attributes:
        state_word: Where the unit's own part stands.
        last_note: What the unit reported last.
        linked: The 序号 of the rows that one filled-in row serves too.
    """

    task_id: str
    title: str
    source: str
    role: str
    due_on: date | None
    light: str
    state_word: str
    progress: int
    last_note: str
    revision: int
    linked: tuple[int, ...] = ()
