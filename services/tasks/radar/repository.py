"""What the radar counts, read from the tasks as they are or as they were at a past instant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import HANDED_IN, State
from services.tasks.models import RevisionRow, StageGoalRow, TaskRow
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
    """Read the tasks of plans as the ledger had them at `instant`, by plan; cancelled ones count nowhere."""
    latest = (
        select(RevisionRow.task_id, func.max(RevisionRow.revision).label("revision"))
        .join(TaskRow, TaskRow.id == RevisionRow.task_id)
        .where(TaskRow.plan_id.in_(list(plan_ids)), RevisionRow.at <= instant)
        .group_by(RevisionRow.task_id)
        .subquery()
    )
    stated = select(RevisionRow.snapshot).join(
        latest,
        (RevisionRow.task_id == latest.c.task_id) & (RevisionRow.revision == latest.c.revision),
    )
    found: dict[str, list[Counted]] = {}
    for snapshot in await session.scalars(stated.order_by(RevisionRow.task_id)):
        if snapshot is not None and snapshot["state"] != State.CANCELLED:
            found.setdefault(snapshot["plan_id"], []).append(_read(snapshot))
    return found


def _read(snapshot: Mapping[str, Any]) -> Counted:
    done = snapshot["state"] in DONE
    return Counted(
        id=snapshot["id"],
        done_on=_day(snapshot["closed_at"]) if done else None,
        due_on=_day(snapshot["due_at"]),
        handed_in=snapshot["state"] in HANDED_IN,
        progress=snapshot["progress"],
        in_year=snapshot["in_year_scope"],
    )


def _day(instant: str | None) -> date | None:
    return local_date(datetime.fromisoformat(instant)) if instant else None
