"""Tables of the task registry: units, plans, tasks with their clocks, lights and history, and the calendar.

Invariant: `task_revision` only grows; the migration makes the database refuse to change or delete its rows.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import UtcDateTime

ID = String(64)


class Base(DeclarativeBase):
    """All tables of this service but those of the bus."""

    type_annotation_map = {datetime: UtcDateTime, str: Text, dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy's.


class Placed:
    """Something that stands in a document, from its first to its last line, counted from 1."""

    first_line: Mapped[int]
    last_line: Mapped[int]

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and last line."""
        return self.first_line, self.last_line


class UnitRow(Base):
    """A unit 单位 under its canonical name; a collective (各相关部门) has no members of its own."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    collective: Mapped[bool]
    revision: Mapped[int]


class AliasRow(Base):
    """A name as documents print it; people edit which unit it means."""

    __tablename__ = "unit_alias"
    alias: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)


class PersonRow(Base):
    """A post at a unit (责任领导, 责任人, 联络员); names and numbers stay in the gateway's vault."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)
    post: Mapped[str] = mapped_column(String(64))


class DocumentRow(Base):
    """A confirmed file; `id` follows from the hash of its content."""

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str]


class PlanRow(Placed, Base):
    """A plan 方案; `title_key` is the title in one shape, by which a revised document finds it again."""

    __tablename__ = "plan"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    document_id: Mapped[str] = mapped_column(ID, ForeignKey("document.id"))
    ordinal: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date | None]
    tasks: Mapped[int]
    revision: Mapped[int]


class SectionRow(Placed, Base):
    """A heading of a plan; `role` says whether tasks, goals or requirements stand under it."""

    __tablename__ = "section"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    ordinal: Mapped[int]
    heading: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    role: Mapped[str] = mapped_column(String(32))
    chapter: Mapped[str | None]


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


class StageGoalRow(Placed, Base):
    """A stage goal 阶段目标; `withdrawn` once a revised document no longer names it."""

    __tablename__ = "stage_goal"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[float]
    unit: Mapped[str]
    due_on: Mapped[date]
    scope: Mapped[str]
    strength: Mapped[str] = mapped_column(String(8))
    withdrawn: Mapped[bool]
    revision: Mapped[int]


class TargetRow(Placed, Base):
    """A numeric target of a plan, or of one of its tasks."""

    __tablename__ = "target"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ID, ForeignKey("task.id"))
    name: Mapped[str]
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[float]
    value_max: Mapped[float | None]
    unit: Mapped[str]
    due_on: Mapped[date | None]
    period: Mapped[str | None]
    strength: Mapped[str] = mapped_column(String(8))
    withdrawn: Mapped[bool]
    revision: Mapped[int]


class CadenceRow(Placed, Base):
    """A duty that comes back (每月, 每季度), with who does it and to whom it is reported."""

    __tablename__ = "cadence"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ID, ForeignKey("task.id"))
    frequency: Mapped[str] = mapped_column(String(16))
    times: Mapped[int | None]
    actor: Mapped[str | None]
    actor_assumed: Mapped[bool]
    action: Mapped[str]
    report_to: Mapped[str | None]


class DoubtRow(Placed, Base):
    """Something in a document that was read but is not sure, for the person who confirms."""

    __tablename__ = "doubt"
    document_id: Mapped[str] = mapped_column(ID, ForeignKey("document.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    message: Mapped[str]
    task_id: Mapped[str | None] = mapped_column(ID)


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


class CalendarYearRow(Base):
    """A year whose working days people set; `complete` when it is the whole official calendar."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]
    revision: Mapped[int]


class CalendarDayRow(Base):
    """A day that people set as working or off; it wins over the computed calendar."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), index=True)
    is_workday: Mapped[bool]
