"""督办: summaries of the ledger as of an instant, which papers are made of. They stand in the feed `supervision`.

Ids and numbers only, but for the titles of published plans. Owner: services/tasks.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

SummaryKind = Literal["weekly", "monthly", "quarterly"]
LagReason = Literal["overdue", "late", "returned", "behind"]


class TaskCounts(Event):
    """How many tasks, and how they stand; a part of other events, as are the next ones.

    Attributes:
        tasks: All but cancelled ones.
        done: Closed, or standing.
        due: With a due instant that has passed: handed in `on_time`, handed in `late`, or `overdue` and not handed in.
        red: By the light rule that held; so with the other lights.
    """

    tasks: int = 0
    done: int = 0
    due: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    green: int = 0
    yellow: int = 0
    red: int = 0
    undated: int = 0


class PlanFigures(TaskCounts):
    """The tasks of one plan."""

    plan_id: str
    title: str


class UnitFigures(TaskCounts):
    """The tasks that a unit answers for; an empty id stands for those without such a unit."""

    unit_id: str


class GoalFigures(Event):
    """A stage goal that is missed or in danger; `reading` as the radar reads it, shares in %."""

    goal_id: str
    plan_id: str
    due_on: date
    value: float
    reading: str
    needed: int
    done: int
    total: int
    done_share: float
    deciding: int


class LaggingTask(Event):
    """A red task.

    `overdue` is past due and not handed in, `late` was handed in late, `returned` was sent back, `behind` is red by
    the light rule alone. `days` are calendar days past the due day, `slip` those by which extensions moved it.
    """

    task_id: str
    unit_id: str = ""
    reason: LagReason
    due_on: date | None = None
    days: int = 0
    progress: int = 0
    slip: int = 0


class BlockedTask(Event):
    """A task that another, `by`, holds up."""

    task_id: str
    by: str
    since: date


class WaitingExtension(Event):
    """A request for an extension that waits for an answer."""

    task_id: str
    number: int
    wanted_on: date


class WaitingMeasure(Event):
    """A measure that is proposed and waits for a leader's decision."""

    task_id: str
    measure_id: str
    measure: str


class SummaryCompiled(Event):
    """The ledger was summed up for a period, as of `as_of`; a later `version` takes the place of an earlier one.

    Attributes:
        period: `2023-W25`, `2023-06` or `2023-Q2`.
        finished: Tasks done within the period; so `extended`, extensions granted, and `measures`, taken by kind.
        lagging: The worst first; `left_out` counts those that had no room.
    """

    type: ClassVar[str] = "cn.duban.supervision.summary.compiled.v1"
    subject_field: ClassVar[str] = "summary_id"
    summary_id: str
    kind: SummaryKind
    period: str
    version: int
    first_on: date
    last_on: date
    as_of: datetime
    totals: TaskCounts
    finished: int = 0
    extended: int = 0
    measures: dict[str, int] = Field(default_factory=dict)
    plans: tuple[PlanFigures, ...] = ()
    units: tuple[UnitFigures, ...] = ()
    readings: dict[str, int] = Field(default_factory=dict)
    goals: tuple[GoalFigures, ...] = ()
    lagging: tuple[LaggingTask, ...] = ()
    left_out: int = 0
    blocked: tuple[BlockedTask, ...] = ()
    extensions: tuple[WaitingExtension, ...] = ()
    proposed: tuple[WaitingMeasure, ...] = ()
