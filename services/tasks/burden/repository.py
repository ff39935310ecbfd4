"""What the burden is counted from: the history of the tasks, the reports, and the asks of a period."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.burden.domain import DEEDS, Deed, Entry, fields_of
from services.tasks.models import ReportAskRow, ReportRow, RevisionRow
from shared.clock import local_date

FIELDS = (
    ReportRow.progress,
    ReportRow.note,
    ReportRow.problem,
    ReportRow.next_step,
    ReportRow.evidence,
)


async def entries(session: AsyncSession, begin: datetime, end: datetime, unit: str) -> list[Entry]:
    """Read what units did and were asked between two business times; an empty `unit` stands for all."""
    steps = (
        select(
            RevisionRow.unit_id,
            RevisionRow.at,
            RevisionRow.move,
            RevisionRow.on_behalf_of,
            RevisionRow.changes,
            *FIELDS,
        )
        .outerjoin(
            ReportRow,
            (ReportRow.task_id == RevisionRow.task_id) & (ReportRow.revision == RevisionRow.revision),
        )
        .where(RevisionRow.at >= begin, RevisionRow.at < end, RevisionRow.unit_id.is_not(None))
        .where(or_(RevisionRow.move.in_([*DEEDS]), ReportRow.task_id.is_not(None)))
    )
    asks = select(ReportAskRow).where(ReportAskRow.asked_at >= begin, ReportAskRow.asked_at < end)
    if unit:
        steps, asks = steps.where(RevisionRow.unit_id == unit), asks.where(ReportAskRow.unit_id == unit)
    done = [_entry(row) for row in await session.execute(steps) if "follows" not in row.changes]
    asked = await session.scalars(asks)
    return [*done, *(Entry(ask.unit_id, local_date(ask.asked_at), Deed.ASK) for ask in asked)]


def _entry(row: Row[Any]) -> Entry:
    unit_id, at, move, on_behalf_of, _, *fields = tuple(row)
    deed = DEEDS.get(move, Deed.OTHER)
    entered_for = on_behalf_of is not None and deed is not Deed.OTHER
    return Entry(unit_id, local_date(at), deed, fields_of(*fields), entered_for=entered_for)
