"""Queries on notices, their inbox and their deliveries.

Invariant: a notice is inserted once; whoever comes second is told that it was there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import Verdict
from services.notify.domain_parcels import Dispatch
from services.notify.models import DeliveryRow, InboxRow, NoticeRow
from services.notify.repository import Values, dialect_insert

TOLD = (Verdict.SEND, Verdict.SEND_LATE)
WAITING, SENDING = "waiting", "sending"
DECIDED = ("decided_at", "verdict", "late", "behind", "rules_version", "text")  # Not of the key.


async def known_notices(session: AsyncSession, task_ids: Sequence[str]) -> frozenset[str]:
    """Read the ids of all notices decided for these tasks; what was held back can still be told."""
    settled = NoticeRow.verdict != Verdict.HELD_INHIBITED
    ids = await session.scalars(select(NoticeRow.id).where(NoticeRow.task_id.in_(task_ids), settled))
    return frozenset(ids)


async def add_notices(session: AsyncSession, rows: Sequence[Values]) -> frozenset[str]:
    """Insert decisions and give the ids of those that were not there, or were only held back."""
    statement = dialect_insert(session, NoticeRow)
    said = statement.excluded
    held, told = NoticeRow.verdict == Verdict.HELD_INHIBITED, said.verdict != Verdict.HELD_INHIBITED
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={name: said[name] for name in DECIDED}, where=held & told
    )
    new = await session.execute(statement.returning(NoticeRow.id), list(rows))
    return frozenset(new.scalars())


async def add_letters(session: AsyncSession, inbox: Sequence[Values], deliveries: Sequence[Values]) -> None:
    """Put told notices into the inbox and queue their first attempts."""
    if inbox:
        await session.execute(insert(InboxRow), list(inbox))
    if deliveries:
        await session.execute(insert(DeliveryRow), list(deliveries))


def first_attempt(notice_id: str, channel: str, leaves: Dispatch, real_now: datetime) -> Values:
    """Give the row of the first attempt for a notice, which waits for the parcel that it leaves in."""
    key = {"notice_id": notice_id, "channel": channel, "number": 1}
    waits = {"haste": leaves.haste, "not_before": leaves.not_before, "next_try_at": real_now}
    return {**key, **waits, "outcome": WAITING, "detail": ""}


async def count_waiting(session: AsyncSession) -> dict[str, int]:
    """Count by channel the attempts that have no outcome yet."""
    open_ones = select(DeliveryRow.channel, func.count()).group_by(DeliveryRow.channel)
    rows = await session.execute(open_ones.where(DeliveryRow.outcome.in_([WAITING, SENDING])))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of notices is filtered by; an empty text filters nothing."""

    recipient: str = ""
    task: str = ""
    rung: str = ""
    skipped: bool = False


async def list_notices(
    session: AsyncSession, wanted: Wanted, *, after: NoticeRow | None, limit: int
) -> Sequence[NoticeRow]:
    """Read notices, newest decision first, from the one after `after`."""
    found = select(NoticeRow).order_by(NoticeRow.decided_at.desc(), NoticeRow.id.desc()).limit(limit)
    filters = {
        NoticeRow.recipient: wanted.recipient,
        NoticeRow.task_id: wanted.task,
        NoticeRow.rung: wanted.rung,
    }
    for column, value in filters.items():
        found = found.where(column == value) if value else found
    if not wanted.skipped:
        found = found.where(NoticeRow.verdict.in_(TOLD))
    if after is not None:
        found = found.where(tuple_(NoticeRow.decided_at, NoticeRow.id) < (after.decided_at, after.id))
    return (await session.scalars(found)).all()


async def deliveries_of(session: AsyncSession, notice_ids: Sequence[str]) -> dict[str, list[DeliveryRow]]:
    """Read all attempts for these notices, in order."""
    found = select(DeliveryRow).where(DeliveryRow.notice_id.in_(notice_ids))
    rows = await session.scalars(found.order_by(DeliveryRow.channel, DeliveryRow.number))
    by_notice: dict[str, list[DeliveryRow]] = {}
    for row in rows:
        by_notice.setdefault(row.notice_id, []).append(row)
    return by_notice
