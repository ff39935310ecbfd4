"""Tables of tasks with their units, clocks, lights and history.

Invariant: `task_revision` only grows; the migration makes the database refuse to change or delete its rows.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base

IS_SUBTASK = text("parent_id IS NOT NULL")  # Few are: an index of all would look useless to the planner.
DAY = text("coalesce(deadline, '9999-12-31')")  # The day of a task in the order by days.


class TaskRow(Base):
    """A task 督办事项 as it is now; `task_revision` holds how it came to be so.

    `sort_key` orders the whole ledger (plan, place in the plan, id); `due_at` is the due instant of the clock
    `finish`, or of the printed date while no clock runs; `submitted_at` is the last submission that was not
    returned; `lights` counts its lights so far; `document_id` is the last document that names the task.
    `source_ref` is the number of the paper that it comes from; `level` its weight for people; `parent_id` the task
    whose subtask it is; `deadline_set` marks a date that a person set 人工设定 where the document has none,
    and `units_set` units that a person chose 改派; both win over a document that is confirmed again.
    `suspended_from` is the state before a suspension; `reviews_passed` counts the reviews of this submission.
    """

    __tablename__ = "task"
    __table_args__ = (
        *(Index(f"ix_task_{name}", name, "sort_key") for name in ("plan_id", "state", "light", "kind")),
        Index("ix_task_due", DAY, "sort_key"),
        Index("ix_task_plan_due", "plan_id", DAY, "sort_key"),
        Index("ix_task_parent_id", "parent_id", sqlite_where=IS_SUBTASK, postgresql_where=IS_SUBTASK),
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
    source_ref: Mapped[str | None]
    level: Mapped[str] = mapped_column(String(16), server_default="normal", default="normal")
    parent_id: Mapped[str | None] = mapped_column(ID)
    deadline_set: Mapped[bool] = mapped_column(server_default=false(), default=False)
    units_set: Mapped[bool] = mapped_column(server_default=false(), default=False)
    suspended_from: Mapped[str | None] = mapped_column(String(32))
    reviews_passed: Mapped[int] = mapped_column(server_default="0", default=0)


class TaskUnitRow(Base):
    """The role of a unit on a task, in printed order; one unit may stand in two roles."""

    __tablename__ = "task_unit"
    __table_args__ = (Index("ix_task_unit_unit", "unit_id", "role", "task_id"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    ordinal: Mapped[int]


class ClockRow(Base):
    """A clock 时限 of a task; `recorded_at` is the business time at which the ledger learned of it.

    `workdays` or `hours` is its limit in 工作日 or hours where the task itself, and not its kind, says it;
    `extension_workdays` and `extensions` limit by how much and how often it may be extended.
    """

    __tablename__ = "task_clock"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    original_due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    printed: Mapped[bool]
    workdays: Mapped[int | None]
    hours: Mapped[int | None]
    extension_workdays: Mapped[int | None]
    extensions: Mapped[int | None]


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
    the fields that a revised document, or a person, changed. `unit_id` is the unit that acted; `snapshot` the whole
    task right after the step, which is what a look at the past reads (no snapshot before version 2 of the tables).
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
    unit_id: Mapped[str | None] = mapped_column(ID)
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class PartRow(Base):
    """The part 承办部分 of one signing unit: it signs, reports and hands in for itself."""

    __tablename__ = "task_part"
    __table_args__ = (Index("ix_task_part_unit", "unit_id", "state", "task_id"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(32))
    progress: Mapped[int]
    signed_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]


class ReportRow(Base):
    """What a unit reported with a move: how far, what is in the way 存在问题, what comes next 下一步, the evidence."""

    __tablename__ = "task_report"
    __table_args__ = (Index("ix_task_report_unit", "unit_id", "at"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]
    progress: Mapped[int | None]
    note: Mapped[str]
    problem: Mapped[str]
    next_step: Mapped[str]
    evidence: Mapped[list[str]]


class ExtensionRow(Base):
    """An extension 延期 of a clock: asked for before its due instant with a reason, and decided by the supervisor."""

    __tablename__ = "extension"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clock: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)
    asked_by: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ID)
    asked_at: Mapped[datetime]
    reason: Mapped[str]
    old_due_at: Mapped[datetime]
    wanted_on: Mapped[date]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str]
    granted_on: Mapped[date | None]


class PlanRuleRow(Base):
    """How the tasks of a plan are reviewed: the chain of reviews and the unit 主管部门 of its middle step."""

    __tablename__ = "plan_rule"
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), primary_key=True)
    reviews: Mapped[list[str]]
    authority: Mapped[str | None] = mapped_column(ID, ForeignKey("unit.id"))


class PlanRuleSettingRow(Base):
    """One time that people set the rules of a plan: what they set, who, when and why; rows are added, never changed."""

    __tablename__ = "plan_rule_setting"
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reviews: Mapped[list[str]]
    authority: Mapped[str | None] = mapped_column(ID, ForeignKey("unit.id"))
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    reason: Mapped[str]


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
