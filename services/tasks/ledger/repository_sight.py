"""Which tasks a unit sees: all but those of a private kind in which it has, and had, no part."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.kinds import PRIVATE
from services.tasks.models import (
    OrderHopRow,
    RectificationRow,
    RectificationStepRow,
    TaskRow,
    TaskUnitRow,
)
from shared.errors import Forbidden


def shown_to(unit: str) -> ColumnElement[bool]:
    """Tell of a row of the ledger whether a unit sees it."""
    had = (
        (TaskUnitRow.task_id, TaskUnitRow.unit_id),
        (OrderHopRow.task_id, OrderHopRow.unit_id),
        (RectificationRow.task_id, RectificationRow.rated_unit),
        (RectificationStepRow.task_id, RectificationStepRow.unit_id),
    )
    parts = (exists().where(task == TaskRow.id, named == unit) for task, named in had)
    return or_(TaskRow.kind.not_in(sorted(PRIVATE)), *parts)


async def check_sight(session: AsyncSession, task_id: str, unit: str | None) -> None:
    """Pass when somebody may see a task: with the eyes of `unit`, or None for those who see what all units do.

    Raises:
        Forbidden: It is private, and the unit has no part in it. Of what is not there, nothing is said here.
    """
    if unit is None:
        return
    hidden = select(TaskRow.id).where(TaskRow.id == task_id, ~shown_to(unit))
    if await session.scalar(hidden) is not None:
        message = f"事项 {task_id} 涉及群众诉求或评价，只有承办单位和督查人员可以查看"
        raise Forbidden(message, code="task.not_yours_to_see", field="id")
