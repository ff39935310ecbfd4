"""Reads facts counted by sort: SQL groups, and leaves every judgement about time and state to the domain."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.domain import DONE, VOID, GoalCell, TaskCell
from services.metrics.models import (
    ClockStart,
    Plan,
    ProjectInvestment,
    ProjectStage,
    StageGoal,
    Task,
    TaskLight,
    TaskMeasure,
    TaskRole,
    TaskState,
    TaskSubmission,
    Unit,
)

FINISH = "finish"  # Kind of the clock whose due instant a task is measured by.
NO_PLAN = ""
LightCount = tuple[str, str, str, int]  # unit, role, light, tasks
MeasureCount = tuple[str, str, int]  # measure, state, measures
ProjectCount = tuple[str, str, int]  # stage, node, projects
InvestmentSums = tuple[float, float, float]  # total, annual, completed in 亿元
CANCELLED = "cancelled"  # A project that was dropped counts nowhere.


async def task_cells(session: AsyncSession) -> list[TaskCell]:
    """Count tasks by plan, state and due instant; done tasks by plan, state and whether they were late.

    A task that has only been registered stands as `registered`. Its due instant is that of its finish clock, or
    that of its printed date where no clock was started.
    """
    state = func.coalesce(TaskState.state, "registered")
    due = func.coalesce(ClockStart.due_at, Task.due_at)
    sorts: dict[str, Any] = {
        "plan": func.coalesce(Task.plan_id, NO_PLAN),
        "state": state,
        "due_at": case((state.in_(DONE), null()), else_=due),
        "dated": due.is_not(None),
        "late": func.coalesce(TaskState.late, literal(value=False)),
        "in_time": func.coalesce(TaskSubmission.submitted_at <= due, literal(value=False)),
    }
    clock = and_(ClockStart.task_id == Task.task_id, ClockStart.clock == FINISH)
    named = [sort.label(name) for name, sort in sorts.items()]
    query = (
        select(*named, func.count().label("count"))
        .select_from(Task)
        .outerjoin(TaskState, TaskState.task_id == Task.task_id)
        .outerjoin(TaskSubmission, TaskSubmission.task_id == Task.task_id)
        .outerjoin(ClockStart, clock)
        .group_by(*named)
    )
    result = await session.execute(query)
    return [TaskCell(**row) for row in result.mappings()]


async def light_counts(session: AsyncSession) -> list[LightCount]:
    """Count the tasks of each unit by its role and their light; a task that was never lit is not counted."""
    columns = (TaskRole.unit_id, TaskRole.role, TaskLight.light)
    query = select(*columns, func.count()).join(TaskLight, TaskLight.task_id == TaskRole.task_id)
    rows = await session.execute(query.group_by(*columns).order_by(*columns))
    return [(unit, role, light, count) for unit, role, light, count in rows]


async def measure_counts(session: AsyncSession) -> list[MeasureCount]:
    """Count the measures by what they are and where they stand."""
    columns = (TaskMeasure.measure, TaskMeasure.state)
    rows = await session.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
    return [(measure, state, count) for measure, state, count in rows]


async def project_counts(session: AsyncSession) -> list[ProjectCount]:
    """Count the key projects on the list by batch and last node."""
    columns = (ProjectStage.stage, ProjectStage.node)
    listed = ProjectStage.task_id.not_in(select(TaskState.task_id).where(TaskState.state == CANCELLED))
    counted = select(*columns, func.count()).where(listed).group_by(*columns).order_by(*columns)
    return [(stage, node, count) for stage, node, count in await session.execute(counted)]


async def investment_sums(session: AsyncSession, *, year: int) -> InvestmentSums | None:
    """Add total, annual and completed investment of the key projects that have a plan for `year`; None for none."""
    columns = (ProjectInvestment.total, ProjectInvestment.annual, ProjectInvestment.completed)
    cancelled = select(TaskState.task_id).where(TaskState.state == CANCELLED)
    listed = (ProjectInvestment.year == year) & ProjectInvestment.task_id.not_in(cancelled)
    sums = select(func.count(), *(func.sum(column) for column in columns)).where(listed)
    count, *amounts = (await session.execute(sums)).one()
    return (amounts[0], amounts[1], amounts[2]) if count else None


async def goal_cells(session: AsyncSession, *, as_of: datetime) -> list[tuple[StageGoal, GoalCell]]:
    """Count for each stage goal in force the tasks in its scope: all, and those done by its date and `as_of`."""
    done = case((and_(TaskState.done_at <= StageGoal.due_at, TaskState.done_at <= as_of), 1), else_=0)
    counts = func.coalesce(func.sum(done), 0), func.count(Task.task_id)
    in_scope = and_(Task.plan_id == StageGoal.plan_id, Task.in_year_scope)
    owed = or_(TaskState.state.is_(None), TaskState.state.not_in(VOID))
    counted = (
        select(StageGoal.goal_id, *(count.label(name) for count, name in zip(counts, "dt", strict=True)))
        .join(Task, in_scope)
        .outerjoin(TaskState, TaskState.task_id == Task.task_id)
        .where(owed)
        .group_by(StageGoal.goal_id)
        .subquery()
    )
    query = (
        select(StageGoal, func.coalesce(counted.c.d, 0), func.coalesce(counted.c.t, 0))
        .outerjoin(counted, counted.c.goal_id == StageGoal.goal_id)
        .where(StageGoal.withdrawn.is_(other=False))
        .order_by(StageGoal.plan_id, StageGoal.due_at, StageGoal.goal_id)
    )
    return [
        (goal, GoalCell(goal.goal_id, goal.plan_id, goal.operator, goal.value, done_count, total))
        for goal, done_count, total in await session.execute(query)
    ]


async def plans(session: AsyncSession) -> list[Plan]:
    """List the plans by id."""
    return list(await session.scalars(select(Plan).order_by(Plan.plan_id)))


async def units(session: AsyncSession) -> list[Unit]:
    """List the units by id."""
    return list(await session.scalars(select(Unit).order_by(Unit.unit_id)))
