"""Queries on notices, their inbox and their deliveries.

Invariant: a notice is inserted once; whoever comes second is told that it was there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import Outcome, Verdict
from services.notify.models import DeliveryRow, InboxRow, NoticeRow
from services.notify.ports import Letter
from services.notify.repository import Values, dialect_insert

TOLD = (Verdict.SEND, Verdict.SEND_LATE)
WAITING, SENDING = "waiting", "sending"
Attempt = tuple[str, str, int]  # Notice id, channel, number.


async def known_notices(session: AsyncSession, task_ids: Sequence[str]) -> frozenset[str]:
    """Read the ids of all notices decided for these tasks."""
    ids = await session.scalars(select(NoticeRow.id).where(NoticeRow.task_id.in_(task_ids)))
    return frozenset(ids)


async def add_notices(session: AsyncSession, rows: Sequence[Values]) -> frozenset[str]:
    """Insert decisions and give the ids of those that were not there."""
    statement = dialect_insert(session, NoticeRow).on_conflict_do_nothing()
    new = await session.execute(statement.returning(NoticeRow.id), list(rows))
    return frozenset(new.scalars())


async def add_letters(session: AsyncSession, inbox: Sequence[Values], deliveries: Sequence[Values]) -> None:
    """Put told notices into the inbox and queue their first attempts."""
    if inbox:
        await session.execute(insert(InboxRow), list(inbox))
    if deliveries:
        await session.execute(insert(DeliveryRow), list(deliveries))


async def letters_wait(session: AsyncSession, real_now: datetime, *, begun_before: datetime) -> bool:
    """Say whether an attempt may begin at a real time, or one that began before another never got an answer."""
    may_begin = (DeliveryRow.outcome == WAITING) & (DeliveryRow.next_try_at <= real_now)
    lost = (DeliveryRow.outcome == SENDING) & (DeliveryRow.begun_at < begun_before)
    return bool(await session.scalar(select(select(DeliveryRow).where(may_begin | lost).exists())))


async def waiting_letters(session: AsyncSession, real_now: datetime, *, limit: int) -> Sequence[Letter]:
    """Take the attempts that may begin now, oldest first; another replica passes them by."""
    due = select(DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.number)
    due = due.where(DeliveryRow.outcome == WAITING, DeliveryRow.next_try_at <= real_now)
    due = due.order_by(DeliveryRow.next_try_at).limit(limit).with_for_update(skip_locked=True)
    attempts = {(row[0], row[1]): row[2] for row in await session.execute(due)}
    about = select(NoticeRow).where(NoticeRow.id.in_({notice_id for notice_id, _ in attempts}))
    notices = {notice.id: notice for notice in await session.scalars(about)}
    return [_letter(notices[notice_id], channel, number) for (notice_id, channel), number in attempts.items()]


def _letter(notice: NoticeRow, channel: str, number: int) -> Letter:
    return Letter(
        notice_id=notice.id,
        number=number,
        channel=channel,
        recipient=notice.recipient,
        task_id=notice.task_id,
        rung=notice.rung,
        text=notice.text,
    )


async def mark_sending(session: AsyncSession, attempts: Sequence[Attempt], *, real_now: datetime) -> None:
    """Record that these attempts begin."""
    if attempts:
        begun = update(DeliveryRow).where(_is_one_of(attempts))
        await session.execute(begun.values(outcome=SENDING, begun_at=real_now))


async def end_attempts(
    session: AsyncSession, attempts: Sequence[Attempt], outcome: Outcome, *, at: datetime
) -> None:
    """Record what became of attempts that all ended alike, at a business time."""
    ended = update(DeliveryRow).where(_is_one_of(attempts))
    await session.execute(ended.values(outcome=outcome.result, detail=outcome.detail, at=at))


def _is_one_of(attempts: Sequence[Attempt]) -> ColumnElement[bool]:
    return tuple_(DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.number).in_(attempts)


async def unanswered(session: AsyncSession, begun_before: datetime) -> Sequence[Attempt]:
    """Take the attempts that began before a real time and never got an answer."""
    lost = select(DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.number)
    lost = lost.where(DeliveryRow.outcome == SENDING, DeliveryRow.begun_at < begun_before)
    rows = await session.execute(lost.with_for_update(skip_locked=True))
    return [(row[0], row[1], row[2]) for row in rows]


async def queue_attempts(session: AsyncSession, attempts: Sequence[tuple[Attempt, datetime]]) -> None:
    """Queue attempts, each with the real time before which it does not begin."""
    if attempts:
        await session.execute(insert(DeliveryRow), [waiting(*entry) for entry in attempts])


def waiting(attempt: Attempt, next_try_at: datetime) -> Values:
    """Give the row of an attempt that waits for its real time."""
    notice_id, channel, number = attempt
    key = {"notice_id": notice_id, "channel": channel, "number": number}
    return {**key, "outcome": WAITING, "detail": "", "next_try_at": next_try_at}


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
