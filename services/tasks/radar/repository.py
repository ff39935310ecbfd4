"""What the radar counts, read from the tasks as they are or as they were at a past instant."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import HANDED_IN, State
from services.tasks.ledger.repository import batches
from services.tasks.ledger.repository_as_of import held_at
from services.tasks.models import StageGoalRow, TaskRow
from services.tasks.radar.domain import Counted, Goal
from shared.clock import local_date

DONE = frozenset({State.CLOSED, State.STANDING})  # 转常态化 is done for a stage goal.


async def goals(session: AsyncSession, plan_id: str | None = None) -> Sequence[Goal]:
    """Read the stage goals that hold, of one plan or of all, by plan and day."""
    stated = select(StageGoalRow).where(~StageGoalRow.withdrawn)
    stated = stated.where(StageGoalRow.plan_id == plan_id) if plan_id else stated
    rows = await session.scalars(stated.order_by(StageGoalRow.plan_id, StageGoalRow.due_on, StageGoalRow.id))
    return [
        Goal(
            id=row.id,
            plan_id=row.plan_id,
            operator=row.operator,
            value=row.value,
            due_on=row.due_on,
            scope=row.scope,
            strength=row.strength,
        )
        for row in rows
    ]


async def counted(
    session: AsyncSession, plan_ids: Iterable[str], instant: datetime
) -> dict[str, list[Counted]]:
    """Read the tasks of plans as the ledger had them at `instant`, by plan; cancelled ones count nowhere.

    Raises:
        Conflict: The history of one has no snapshot of that time.
    """
    stated = select(TaskRow.id).where(TaskRow.plan_id.in_(list(plan_ids))).order_by(TaskRow.id)
    found: dict[str, list[Counted]] = {}
    for chunk in batches(await session.scalars(stated)):
        for held in (await held_at(session, chunk, instant)).values():
            if held.task.state != State.CANCELLED:
                found.setdefault(str(held.task.plan_id), []).append(counted_of(held.task))
    return found


def counted_of(task: TaskRow) -> Counted:
    """Give what the radar looks at of a task."""
    closed_at = task.closed_at if task.state in DONE else None
    return Counted(
        id=task.id,
        done_on=local_date(closed_at) if closed_at else None,
        due_on=local_date(task.due_at) if task.due_at else None,
        handed_in=task.state in HANDED_IN,
        progress=task.progress,
        in_year=task.in_year_scope,
    )
