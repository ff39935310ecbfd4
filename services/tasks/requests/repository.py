"""Requests of enterprises in the database, as they stood at an instant."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.repository_as_of import last_revisions
from services.tasks.models import RevisionRow, TaskRow

KIND = "request"


async def standing_at(session: AsyncSession, instant: datetime) -> Sequence[tuple[TaskRow, str]]:
    """Read all requests that were registered by `instant`, with the state that each was in then."""
    last = last_revisions(instant, TaskRow.kind == KIND).subquery()
    same = and_(RevisionRow.task_id == last.c.task_id, RevisionRow.revision == last.c.revision)
    stated = (
        select(TaskRow, RevisionRow.to_state)
        .join(RevisionRow, RevisionRow.task_id == TaskRow.id)
        .join(last, same)
        .order_by(TaskRow.sort_key)
    )
    return [(task, state) for task, state in await session.execute(stated)]


async def registered_at(session: AsyncSession, ids: Sequence[str]) -> dict[str, datetime]:
    """Read when tasks were registered."""
    stated = select(RevisionRow.task_id, RevisionRow.at).where(RevisionRow.revision == 1)
    rows = await session.execute(stated.where(RevisionRow.task_id.in_(ids)))
    return {task_id: at for task_id, at in rows}  # noqa: C416 - rows are no pairs.
