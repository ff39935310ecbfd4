"""Reads the parts of units in tasks, and the extensions of tasks, counted by sort."""

from sqlalchemy import and_, case, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.domain import PartCell
from services.metrics.models import (
    Task,
    TaskExtension,
    TaskPart,
    TaskRole,
    TaskSigning,
    TaskState,
    Unit,
)
from services.metrics.repository_reading import FINISH, NO_PLAN

ExtensionCount = tuple[str, str, int]  # plan, decision, extensions
SIGNS = ("lead", "responsible")


async def part_cells(session: AsyncSession) -> list[PartCell]:
    """Count the parts of the units that sign, by unit, state of the task, and what was told of them since they had to.

    A collective has no part; a unit that stands on a task twice has one.
    """
    signing = (
        select(TaskRole.task_id, TaskRole.unit_id)
        .outerjoin(Unit, Unit.unit_id == TaskRole.unit_id)
        .where(TaskRole.role.in_(SIGNS), func.coalesce(Unit.collective, False).is_(other=False))
        .distinct()
        .subquery()
    )
    newer = or_(TaskSigning.revision.is_(None), TaskPart.revision > TaskSigning.revision)
    columns = (
        signing.c.unit_id,
        TaskState.state,
        func.coalesce(Task.answering_unit == signing.c.unit_id, False),
        case((newer, TaskPart.state), else_=null()),
    )
    told = and_(TaskPart.task_id == signing.c.task_id, TaskPart.unit_id == signing.c.unit_id)
    query = (
        select(*columns, func.count())
        .select_from(signing)
        .join(Task, Task.task_id == signing.c.task_id)
        .join(TaskState, TaskState.task_id == signing.c.task_id)
        .outerjoin(TaskSigning, TaskSigning.task_id == signing.c.task_id)
        .outerjoin(TaskPart, told)
        .group_by(*columns)
    )
    return [PartCell(*row) for row in await session.execute(query)]


async def extension_counts(session: AsyncSession) -> list[ExtensionCount]:
    """Count the extensions of the clock `finish` by plan and what was decided."""
    columns = (func.coalesce(Task.plan_id, NO_PLAN), TaskExtension.decision)
    query = select(*columns, func.count()).outerjoin(Task, Task.task_id == TaskExtension.task_id)
    query = query.where(TaskExtension.clock == FINISH).group_by(*columns).order_by(*columns)
    return [(plan, decision, count) for plan, decision, count in await session.execute(query)]
