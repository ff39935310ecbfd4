"""Tables of tasks with their units, clocks, lights and history.

Invariant: `task_revision` only grows; the migration makes the database refuse to change or delete its rows.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class TaskRow(Base):
    """A task 督办事项 as it is now; `task_revision` holds how it came to be so.

    `sort_key` orders the whole ledger (plan, place in the plan, id); `due_at` is the due instant of the clock
    `finish`, or of the printed date while no clock runs; `submitted_at` is the last submission that was not
    returned; `lights` counts its lights so far; `document_id` is the last document that names the task.
    """

    __tablename__ = "task"
    __table_args__ = tuple(
        Index(f"ix_task_{name}", name, "sort_key") for name in ("plan_id", "state", "light")
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    sort_key: Mapped[str] = mapped_column(String(128), index=True)
    plan_id: Mapped[str | None] = mapped_column(ID, ForeignKey("plan.id"))
    section_id: Mapped[str | None] = mapped_column(ID, ForeignKey("section.id"))
    kind: Mapped[str] = mapped_column(String(32))
    source: Mapped[str]
    number: Mapped[str]
    section: Mapped[str | None]
    title: Mapped[str]
    body: Mapped[str]
    first_line: Mapped[int | None]
    last_line: Mapped[int | None]
    deadline: Mapped[date | None] = mapped_column(index=True)
    deadline_raw: Mapped[str | None]
    ongoing: Mapped[bool]
    follow_up: Mapped[str | None]
    stage_note: Mapped[str | None]
    in_year_scope: Mapped[bool]
    answering_unit: Mapped[str | None] = mapped_column(ID, ForeignKey("unit.id"))
    answering_assumed: Mapped[bool]
    state: Mapped[str] = mapped_column(String(32))
    progress: Mapped[int]
    revision: Mapped[int]
    due_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    light: Mapped[str] = mapped_column(String(16))
    lights: Mapped[int]
    document_id: Mapped[str | None] = mapped_column(ID, ForeignKey("document.id"))


class TaskUnitRow(Base):
    """The role of a unit on a task, in printed order; one unit may stand in two roles."""

    __tablename__ = "task_unit"
    __table_args__ = (Index("ix_task_unit_unit", "unit_id", "role", "task_id"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    ordinal: Mapped[int]


class ClockRow(Base):
    """A clock 时限 of a task; `recorded_at` is the business time at which the ledger learned of it."""

    __tablename__ = "task_clock"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    original_due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    printed: Mapped[bool]


class LightRow(Base):
    """A light 亮灯 that a task showed from `lit_at` on, with the rule, its version and its inputs."""

    __tablename__ = "task_light"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    light: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    inputs: Mapped[dict[str, Any]]
    lit_at: Mapped[datetime]


class RevisionRow(Base):
    """One step of a task's history; rows are added and never changed.

    `at` is the business time of the step, `entered_at` the real time at which it was entered; `changes` names
    the fields that a revised document changed.
    """

    __tablename__ = "task_revision"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    entered_at: Mapped[datetime]
    by: Mapped[str]
    on_behalf_of: Mapped[str | None] = mapped_column(ID)
    move: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    progress: Mapped[int | None]
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]]


class ToldRow(Base):
    """The last rung that a recipient was told about a clock of a task; mirrored from the feed `deadlines`."""

    __tablename__ = "told"
    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    clock: Mapped[str] = mapped_column(String(32), primary_key=True)
    recipient: Mapped[str] = mapped_column(ID, primary_key=True)
    notice_id: Mapped[str]
    rung: Mapped[str] = mapped_column(String(16))
    offset_days: Mapped[int]
    occurrence: Mapped[int]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    late: Mapped[bool]
