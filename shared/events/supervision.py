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
    """A unit 单位 became known, or its name, kind or codes changed; one that was merged names its `successor`.

    `codes` are its 统一社会信用代码, by which the sources of ratings and services name it.
    """

    type: ClassVar[str] = "cn.duban.supervision.unit.registered.v1"
    subject_field: ClassVar[str] = "unit_id"
    unit_id: str
    name: str
    kind: str
    collective: bool = False
    successor: str | None = None
    codes: tuple[str, ...] = ()


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
    level: str = "normal"  # 等级: `normal` 一般, `important` 重要, `urgent` 紧急.


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
    """完成: verified and closed at `closed_at` (business time), `late` when handed in after the due instant.

    `late_by_original` holds the date before any extension against it; scoring may use either.
    """

    type: ClassVar[str] = "cn.duban.supervision.task.closed.v1"
    closed_at: datetime
    late: bool = False
    late_by_original: bool | None = None


class ReviewPassed(TaskEvent):
    """One review of the chain passed, and others follow; `review` is `authority` 主管部门 or `supervisor` 督查室."""

    type: ClassVar[str] = "cn.duban.supervision.review.passed.v1"
    review: str


class TaskObjected(TaskEvent):
    """异议: a unit says that the task is not its own; the supervision office decides."""

    type: ClassVar[str] = "cn.duban.supervision.task.objected.v1"


class ObjectionDismissed(TaskEvent):
    """驳回异议: the unit has to sign for the task after all."""

    type: ClassVar[str] = "cn.duban.supervision.objection.dismissed.v1"


class TaskReassigned(TaskEvent):
    """改派: other units have to answer for it; a registration with the new units goes before."""

    type: ClassVar[str] = "cn.duban.supervision.task.reassigned.v1"


class TaskInstructed(TaskEvent):
    """再次交办: an instruction sent it back to its units, which sign for it again."""

    type: ClassVar[str] = "cn.duban.supervision.task.instructed.v1"


class TaskSuspended(TaskEvent):
    """中止: its clocks stand still."""

    type: ClassVar[str] = "cn.duban.supervision.task.suspended.v1"


class TaskResumed(TaskEvent):
    """恢复: back in the state before the suspension."""

    type: ClassVar[str] = "cn.duban.supervision.task.resumed.v1"


class TaskCancelled(TaskEvent):
    """撤销: nothing is owed any more, and it counts nowhere."""

    type: ClassVar[str] = "cn.duban.supervision.task.cancelled.v1"


class TaskReopened(TaskEvent):
    """重开: what was closed, cancelled or standing is owed again."""

    type: ClassVar[str] = "cn.duban.supervision.task.reopened.v1"


class TaskNormalised(TaskEvent):
    """转常态化: done for the stage goal at `closed_at`, goes on as a periodic duty since `since` (business time)."""

    type: ClassVar[str] = "cn.duban.supervision.task.normalised.v1"
    since: datetime
    closed_at: datetime | None = None  # Where it had been closed before, that day stays.
    late: bool = False
    late_by_original: bool | None = None


class TaskCarriedOver(TaskEvent):
    """跨年结转: owed in a later year, by `due_on` where that is set."""

    type: ClassVar[str] = "cn.duban.supervision.task.carried_over.v1"
    due_on: date | None = None


class PartMoved(Event):
    """A unit's part 承办部分 of a task: signed for, reported on, handed in, passed or returned by the lead unit."""

    type: ClassVar[str] = "cn.duban.supervision.part.moved.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    unit_id: str
    state: str
    progress: int = Field(default=0, ge=0, le=100)
    by: str = ""


class ExtensionRequested(Event):
    """延期申请: a unit asks for a later due day of a clock; the reason stays in the ledger."""

    type: ClassVar[str] = "cn.duban.supervision.extension.requested.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    number: int
    clock: str
    unit_id: str
    old_due_at: datetime
    wanted_on: date


class ExtensionDecided(Event):
    """延期批复: granted until `granted_on`; None when it was not.

    `outcome` tells more: `granted`, `refused`, `withdrawn` by the unit, or `void`: the task ended or changed hands.
    """

    type: ClassVar[str] = "cn.duban.supervision.extension.decided.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    number: int
    clock: str
    granted_on: date | None = None
    outcome: str = ""


class ClockStarted(Event):
    """A clock 时限 began to run, or its due instant changed (then `revision` of the envelope grew).

    `recorded_at` is the business time at which the ledger learned of it: rungs before it are skipped, not late.
    `printed` marks a date that stands in a document and never moves. A clock that runs by a limit 期限 names its `span`
    (`hours`, `workhours`, `days`, `workdays`, `months` or `cycles`) and how many of these, `limit`.
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
    span: str | None = None
    limit: int | None = None


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


class MeasureEvent(Event):
    """A step of a measure taken 督办措施 about a task; `measure` is `urge`, `talk`, `circular` or `plate`."""

    subject_field: ClassVar[str] = "task_id"
    task_id: str
    measure_id: str
    measure: str


class MeasureProposed(MeasureEvent):
    """建议采取: by a rule, or by the supervision office; a named leader decides."""

    type: ClassVar[str] = "cn.duban.supervision.measure.proposed.v1"
    rule: str = ""


class MeasureTaken(MeasureEvent):
    """采取: 催办 was sent, or a leader decided; internal unless `published`. A plate has its own `due_on`."""

    type: ClassVar[str] = "cn.duban.supervision.measure.taken.v1"
    published: bool = False
    due_on: date | None = None


class MeasureDeclined(MeasureEvent):
    """不采取: a leader decided against it, or the task was over before."""

    type: ClassVar[str] = "cn.duban.supervision.measure.declined.v1"


class MeasureLifted(MeasureEvent):
    """摘牌: the task was verified and closed, or a leader decided so."""

    type: ClassVar[str] = "cn.duban.supervision.measure.lifted.v1"


class ReportAsked(Event):
    """进展报送: a unit is asked for its report on a task for `period` (a month, `2023-06`), at most once."""

    type: ClassVar[str] = "cn.duban.supervision.report.asked.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    period: str
    unit_id: str
    due_on: date


class TaskBlocked(Event):
    """A task can't go on because of the task `by`: the units of `by` are warned in its stead."""

    type: ClassVar[str] = "cn.duban.supervision.task.blocked.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    by: str


class TaskUnblocked(Event):
    """The task `by` blocks it no longer."""

    type: ClassVar[str] = "cn.duban.supervision.task.unblocked.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    by: str


class ProjectAdvanced(Event):
    """A key project 重点项目 is in the batch `stage` now; `node` is the last one confirmed, on `reached_on`.

    `stage` is `planned`, `reserved`, `started` or `producing`; `node` is `start`, `body`, `production` or empty.
    """

    type: ClassVar[str] = "cn.duban.supervision.project.advanced.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    stage: str
    level_owner: str = "local"
    node: str = ""
    reached_on: date | None = None


class ProjectInvested(Event):
    """Investment of a key project in 亿元: total, planned for `year`, and completed in it by the end of `on`."""

    type: ClassVar[str] = "cn.duban.supervision.project.invested.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    year: int
    total: float
    annual: float
    completed: float = 0.0
    on: date | None = None


class ProjectLagged(Event):
    """序时进度滞后: in `week` (`2023-W25`) a key project was behind its plan for the weeks that the rule looks at.

    On the last day of that week, `on`, it was `behind` 亿元 less than planned, which is `points` % of the plan of the
    year, `annual`. Told once for a week and project, however its reports are corrected later.
    """

    type: ClassVar[str] = "cn.duban.supervision.project.lagged.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    week: str
    on: date
    annual: float
    planned: float
    completed: float
    behind: float
    points: float
    rule_version: int


class CalendarRevised(Event):
    """Working days were set: days on and off that differ from, or complete, the official calendar."""

    type: ClassVar[str] = "cn.duban.supervision.calendar.revised.v1"
    subject_field: ClassVar[str] = "year"
    year: int
    workdays: tuple[date, ...] = ()
    days_off: tuple[date, ...] = ()
    complete: bool = False
