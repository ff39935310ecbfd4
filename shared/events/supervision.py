"""督办: what the task registry says about units, plans, tasks, clocks, lights and the working calendar.

Owner: services/tasks. Titles here are those of published plans; texts of orders and requests never stand in events.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

Role = Literal["lead", "responsible", "cooperating"]
Strength = Literal["must", "strive"]  # 确保 / 力争
Light = Literal["green", "yellow", "red", "undated", "done"]  # 绿 / 黄 / 红 / 未定时限 / 已完成


class UnitRegistered(Event):
    """A unit 单位 became known, or its name or kind changed."""

    type: ClassVar[str] = "cn.duban.supervision.unit.registered.v1"
    subject_field: ClassVar[str] = "unit_id"
    unit_id: str
    name: str
    kind: str
    collective: bool = False


class PlanConfirmed(Event):
    """A plan 方案 was imported and confirmed by a person."""

    type: ClassVar[str] = "cn.duban.supervision.plan.confirmed.v1"
    subject_field: ClassVar[str] = "plan_id"
    plan_id: str
    title: str
    issued_on: date | None = None
    tasks: int = Field(ge=0)


class StageGoalSet(Event):
    """A stage goal 阶段目标 of a plan: `value` percent of the tasks in `scope` done by `due_on`."""

    type: ClassVar[str] = "cn.duban.supervision.stage_goal.set.v1"
    subject_field: ClassVar[str] = "goal_id"
    goal_id: str
    plan_id: str
    operator: str
    value: float
    due_on: date
    scope: str = ""
    strength: Strength = "must"
    withdrawn: bool = False  # A revised document no longer names it.


class TargetSet(Event):
    """A numeric target of a plan or task."""

    type: ClassVar[str] = "cn.duban.supervision.target.set.v1"
    subject_field: ClassVar[str] = "target_id"
    target_id: str
    plan_id: str
    task_id: str | None = None
    name: str
    operator: str
    value: float
    value_max: float | None = None
    unit: str
    due_on: date | None = None
    period: str | None = None
    strength: Strength = "must"
    withdrawn: bool = False  # A revised document no longer names it.


class UnitRole(Event):
    """One unit's role on a task; a part of other events, never sent alone."""

    unit_id: str
    role: Role


class TaskRegistered(Event):
    """A task 督办事项 was registered 立项."""

    type: ClassVar[str] = "cn.duban.supervision.task.registered.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    kind: str
    plan_id: str | None = None
    number: str = ""
    title: str = ""
    units: tuple[UnitRole, ...] = ()
    answering_unit: str | None = None
    due_on: date | None = None
    ongoing: bool = False
    in_year_scope: bool = True


class TaskEvent(Event):
    """A step of a task's life; its `state` is the one after the step."""

    subject_field: ClassVar[str] = "task_id"
    task_id: str
    state: str
    by: str = ""
    on_behalf_of: str | None = None


class TaskAssigned(TaskEvent):
    """交办: the units of the task have to answer for it from now on."""

    type: ClassVar[str] = "cn.duban.supervision.task.assigned.v1"


class TaskAccepted(TaskEvent):
    """签收."""

    type: ClassVar[str] = "cn.duban.supervision.task.accepted.v1"


class TaskProgressed(TaskEvent):
    """办理: work began, or a report of progress came in (`progress` in %)."""

    type: ClassVar[str] = "cn.duban.supervision.task.progressed.v1"
    progress: int = Field(default=0, ge=0, le=100)


class TaskSubmitted(TaskEvent):
    """待审核: the unit says that it is done."""

    type: ClassVar[str] = "cn.duban.supervision.task.submitted.v1"


class TaskReturned(TaskEvent):
    """退回重办."""

    type: ClassVar[str] = "cn.duban.supervision.task.returned.v1"


class TaskVerified(TaskEvent):
    """复核: the supervision office found it done; it may be closed."""

    type: ClassVar[str] = "cn.duban.supervision.task.verified.v1"


class TaskClosed(TaskEvent):
    """完成: verified and closed at `closed_at` (business time), `late` when that is after the due instant."""

    type: ClassVar[str] = "cn.duban.supervision.task.closed.v1"
    closed_at: datetime
    late: bool = False


class ClockStarted(Event):
    """A clock 时限 began to run, or its due instant changed (then `revision` of the envelope grew).

    `recorded_at` is the business time at which the ledger learned of it: rungs before it are skipped, not late.
    `printed` marks a date that stands in a document and never moves.
    """

    type: ClassVar[str] = "cn.duban.supervision.clock.started.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    clock: str
    kind: str
    started_at: datetime
    recorded_at: datetime
    due_at: datetime
    printed: bool = True


class ClockStopped(Event):
    """A clock stopped: nothing more is to be told about it."""

    type: ClassVar[str] = "cn.duban.supervision.clock.stopped.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    clock: str
    stopped_at: datetime


class TaskLit(Event):
    """亮灯: a task's light changed, by `rule` in `version`, from `inputs`."""

    type: ClassVar[str] = "cn.duban.supervision.task.lit.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    light: Light
    rule: str
    version: int
    inputs: dict[str, str] = Field(default_factory=dict)


class CalendarRevised(Event):
    """Working days were set: days on and off that differ from, or complete, the official calendar."""

    type: ClassVar[str] = "cn.duban.supervision.calendar.revised.v1"
    subject_field: ClassVar[str] = "year"
    year: int
    workdays: tuple[date, ...] = ()
    days_off: tuple[date, ...] = ()
    complete: bool = False
