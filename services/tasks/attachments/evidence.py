"""Checks what is named as evidence 佐证材料, by a report or whatever else takes some, before anything changes."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.attachments import repository
from services.tasks.attachments.domain import PREFIX, check_evidence
from services.tasks.models import TaskRow

DUTY = "duty"  # One report on duties serves several of their occurrences.


async def require_evidence(
    session: AsyncSession, task_id: str, named: Collection[str], *, field: str = "evidence"
) -> None:
    """Pass when every attachment that is named as evidence of a task, in `field`, may be named.

    Raises:
        DubanError: As `domain.check_evidence`.
    """
    named = [one.strip() for one in named]
    ids = [one for one in named if one.startswith(PREFIX)]
    if not ids:
        return
    known = await repository.standings(session, ids)
    served = await repository.tasks_served(session, task_id)
    of_duties = select(TaskRow.id).where(TaskRow.kind == DUTY)
    duties = await session.scalars(
        of_duties.where(TaskRow.id.in_([task_id, *(one.task_id for one in known.values())]))
    )
    several = frozenset(duties)
    check_evidence(named, known, served | several if task_id in several else served, field=field)
