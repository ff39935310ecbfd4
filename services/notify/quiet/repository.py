"""Silences and answers in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import NoticeRow, ReplyRow, SilenceRow
from services.notify.quiet.domain import Answer, Quiet, Reply, Scope, Silence
from services.notify.repository import Values, dialect_insert
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down, up

SORTING = Sorting("silences", down(SilenceRow.made_at), up(SilenceRow.id))


async def quiet_for(session: AsyncSession, task_ids: Collection[str], at: datetime) -> Quiet:
    """Read the silences that hold at `at` (business time) and the answers about these tasks that still do."""
    holding = select(SilenceRow).where(SilenceRow.from_at <= at, SilenceRow.until_at > at)
    silences = [silence_of(row) for row in await session.scalars(holding)]
    answered = select(ReplyRow).where(ReplyRow.task_id.in_(task_ids), ReplyRow.until_at > at)
    replies = {
        (row.task_id, row.clock, row.recipient): Reply(Answer(row.kind), row.due_at, row.until_at, row.reason)
        for row in await session.scalars(answered)
    }
    return Quiet(silences, replies)


def silence_of(row: SilenceRow) -> Silence:
    """Give what a row says."""
    return Silence(Scope(row.scope), row.value, row.from_at, row.until_at, row.reason)


async def list_silences(
    session: AsyncSession, *, ending_after: datetime | None, asked: Asked
) -> Page[SilenceRow]:
    """Read a page of silences, the newest first: of all, or of those that end after a business time."""
    stated = select(SilenceRow)
    stated = stated if ending_after is None else stated.where(SilenceRow.until_at > ending_after)
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.made_at, row.id))


async def get_silence(session: AsyncSession, silence_id: str) -> SilenceRow:
    """Read a silence, locked for a change.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(SilenceRow, silence_id, with_for_update=True)
    if row is None:
        raise NotFound(f"没有静默 {silence_id}", code="silence.not_found", field="silence_id")
    return row


async def get_notice(session: AsyncSession, notice_id: str) -> NoticeRow:
    """Read a notice.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(NoticeRow, notice_id)
    if row is None:
        raise NotFound(f"没有提醒 {notice_id}", code="notice.not_found", field="notice_id")
    return row


async def keep_reply(session: AsyncSession, values: Values) -> None:
    """Keep an answer in place of the one before."""
    statement = dialect_insert(session, ReplyRow).values(values)
    keys = ["task_id", "clock", "recipient"]
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def replies_of(session: AsyncSession, task_id: str) -> Sequence[ReplyRow]:
    """Read the last answer of each recipient about each clock of a task."""
    stated = select(ReplyRow).where(ReplyRow.task_id == task_id).order_by(ReplyRow.at)
    return (await session.scalars(stated)).all()
