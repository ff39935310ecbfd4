"""Facts that the registry and notify tell: units, plans, tasks, clocks, projects, notices, the working calendar."""

from datetime import date, datetime

from sqlalchemy import Date, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Code, Id, Stamped
from shared.tables import UtcDateTime


class UnitColumns:
    """What is told of a unit 单位."""

    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(Code)
    collective: Mapped[bool]


class Unit(UnitColumns, Stamped, Base):
    """A unit 单位."""

    __tablename__ = "unit"


class PlanColumns:
    """What is told of a confirmed plan 方案."""

    plan_id: Mapped[str] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    issued_on: Mapped[date | None] = mapped_column(Date)
    tasks: Mapped[int]


class Plan(PlanColumns, Stamped, Base):
    """A confirmed plan 方案."""

    __tablename__ = "plan"


class StageGoalColumns:
    """What is told of a stage goal 阶段目标: `value` % of the plan's tasks in year scope, done by `due_at`."""

    goal_id: Mapped[str] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[str] = mapped_column(Id)
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[float] = mapped_column(Float)
    due_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scope: Mapped[str] = mapped_column(String(200))
    strength: Mapped[str] = mapped_column(Code)
    withdrawn: Mapped[bool]


class StageGoal(StageGoalColumns, Stamped, Base):
    """A stage goal 阶段目标."""

    __tablename__ = "stage_goal"


class TargetColumns:
    """What is told of a numeric target of a plan or task."""

    target_id: Mapped[str] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[str] = mapped_column(Id)
    task_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(500))
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[float] = mapped_column(Float)
    value_max: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(Code)
    due_on: Mapped[date | None] = mapped_column(Date)
    period: Mapped[str | None] = mapped_column(String(64))
    strength: Mapped[str] = mapped_column(Code)
    withdrawn: Mapped[bool]


class Target(TargetColumns, Stamped, Base):
    """A numeric target of a plan or task."""

    __tablename__ = "target"
    __table_args__ = (Index("ix_target_plan_id", "plan_id"),)


class Task(Stamped, Base):
    """A task 督办事项 as it was registered; how far it got stands in `TaskState`."""

    __tablename__ = "task"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    plan_id: Mapped[str | None] = mapped_column(Id, index=True)
    number: Mapped[str] = mapped_column(Id)
    answering_unit: Mapped[str | None] = mapped_column(Id)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ongoing: Mapped[bool]
    in_year_scope: Mapped[bool]


class TaskRole(Base):
    """One unit's role on a task, as the newest registration names it."""

    __tablename__ = "task_role"
    __table_args__ = (Index("ix_task_role_unit", "unit_id"),)

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(Code, primary_key=True)


class TaskState(Stamped, Base):
    """Where a task stands since `since`; `done_at` is set while it counts as done."""

    __tablename__ = "task_state"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(Code)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late: Mapped[bool]


class TaskSubmission(Stamped, Base):
    """When a task was last handed in; it counts only while the task waits for the supervisor."""

    __tablename__ = "task_submission"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TaskSigning(Stamped, Base):
    """When the units of a task last had to sign for it: words on their parts that are older count no more."""

    __tablename__ = "task_signing"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)


class TaskPart(Stamped, Base):
    """Where the part of a unit stands that does not answer for the whole task."""

    __tablename__ = "task_part"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(Code)


class TaskExtension(Stamped, Base):
    """An extension 延期 of a clock: `asked`, then what was decided."""

    __tablename__ = "task_extension"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clock: Mapped[str] = mapped_column(Id)
    decision: Mapped[str] = mapped_column(Code)


class TaskLight(Stamped, Base):
    """A task's light 亮灯 and the rule that gave it."""

    __tablename__ = "task_light"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    light: Mapped[str] = mapped_column(Code)
    rule: Mapped[str] = mapped_column(Id)
    version: Mapped[int]


class TaskMeasure(Stamped, Base):
    """A measure taken 督办措施 about a task: `proposed`, `taken`, `declined` or `lifted`."""

    __tablename__ = "task_measure"

    measure_id: Mapped[str] = mapped_column(Id, primary_key=True)
    task_id: Mapped[str] = mapped_column(Id, index=True)
    measure: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)


class ProjectStage(Stamped, Base):
    """The batch 四个一批 of a key project, and the last node that was confirmed (empty for none)."""

    __tablename__ = "project_stage"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    stage: Mapped[str] = mapped_column(Code)
    level_owner: Mapped[str] = mapped_column(Code)
    node: Mapped[str] = mapped_column(Code)


class ProjectInvestment(Stamped, Base):
    """Investment of a key project in 亿元: total, planned for the year, and completed in it."""

    __tablename__ = "project_investment"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    total: Mapped[float] = mapped_column(Float)
    annual: Mapped[float] = mapped_column(Float)
    completed: Mapped[float] = mapped_column(Float)


class ClockStart(Stamped, Base):
    """A clock 时限 as it was last started."""

    __tablename__ = "clock_start"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    clock: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed: Mapped[bool]


class ClockStop(Stamped, Base):
    """A clock as it was last stopped; a newer start makes it run again."""

    __tablename__ = "clock_stop"

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    clock: Mapped[str] = mapped_column(Id, primary_key=True)
    stopped_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Notice(Base):
    """A notice that was decided; one never changes."""

    __tablename__ = "notice"

    notice_id: Mapped[str] = mapped_column(Id, primary_key=True)
    task_id: Mapped[str] = mapped_column(Id)
    recipient: Mapped[str] = mapped_column(Id)
    rung: Mapped[str] = mapped_column(Code)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    late: Mapped[bool]


class UnitCode(Base):
    """A 统一社会信用代码 of a unit, as its newest registration names it: ratings and services name units by these."""

    __tablename__ = "unit_code"
    __table_args__ = (Index("ix_unit_code_code", "code"),)

    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(Id, primary_key=True)


class CalendarYear(Stamped, Base):
    """A year of which operators revised the working days; `complete` when all of it is official."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]


class CalendarDay(Base):
    """A day that operators set to working or off."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    year: Mapped[int]
    workday: Mapped[bool]
