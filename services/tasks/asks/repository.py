"""What is asked for, in the database: tasks under way with what their units reported, and the asks of a month."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.asks.domain import UNDER_WAY, Candidate
from services.tasks.ledger.domain import REPORT
from services.tasks.models import ClockRow, ReportRow, TaskLinkRow, TaskRow


async def candidates(session: AsyncSession, since: datetime) -> Sequence[Candidate]:
    """Read the tasks under way in the ledger's order, and whether their units reported since a business time."""
    reported = exists().where(
        ReportRow.task_id == TaskRow.id, ReportRow.unit_id == TaskRow.answering_unit, ReportRow.at >= since
    )
    own_clock = exists().where(
        ClockRow.task_id == TaskRow.id, ClockRow.name == REPORT, ClockRow.stopped_at.is_(None)
    )
    facts = (TaskRow.id, TaskRow.revision, TaskRow.kind, TaskRow.answering_unit, TaskLinkRow.link_id)
    stated = select(*facts, reported, own_clock).outerjoin(TaskLinkRow, TaskLinkRow.task_id == TaskRow.id)
    rows = await session.execute(stated.where(TaskRow.state.in_([*UNDER_WAY])).order_by(TaskRow.sort_key))
    return [Candidate(*row) for row in rows]
