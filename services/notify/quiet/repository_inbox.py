"""The in-app inbox: a unit's holds what was told to it, to its posts, and to units that were merged into it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.contacts.domain import passed_from
from services.notify.contacts.repository import successors
from services.notify.models import InboxRow, NoticeRow
from shared.paging import Asked, Page, Sorting, down, up

SORTING = Sorting("inbox", down(InboxRow.arrived_at), up(InboxRow.notice_id))


@dataclass(frozen=True, slots=True)
class Item:
    """One notice in an inbox."""

    notice_id: str
    recipient: str
    arrived_at: datetime
    read_at: datetime | None
    task_id: str
    clock: str
    rung: str
    due_at: datetime
    text: str


async def inbox(session: AsyncSession, recipient: str, *, unread: bool, asked: Asked) -> Page[Item]:
    """Read a page of the notices of a recipient and its posts, the newest first; of everybody when it is empty."""
    told = (NoticeRow.task_id, NoticeRow.clock, NoticeRow.rung, NoticeRow.due_at, NoticeRow.text)
    stated = select(InboxRow.notice_id, InboxRow.recipient, InboxRow.arrived_at, InboxRow.read_at, *told)
    stated = stated.join(NoticeRow, NoticeRow.id == InboxRow.notice_id)
    stated = stated.where(await _of(session, recipient))
    stated = stated.where(InboxRow.read_at.is_(None)) if unread else stated
    found = [Item(*row) for row in await session.execute(SORTING.page(stated, asked))]
    return SORTING.cut(found, asked, lambda one: (one.arrived_at, one.notice_id))


async def count_unread(session: AsyncSession, recipient: str) -> int:
    """Count what nobody of them has answered."""
    stated = select(func.count()).select_from(InboxRow).where(InboxRow.read_at.is_(None))
    stated = stated.where(await _of(session, recipient))
    return await session.scalar(stated) or 0


async def _of(session: AsyncSession, recipient: str) -> ColumnElement[bool]:
    if not recipient:
        return true()
    mailboxes = passed_from(recipient, await successors(session))
    posts = [InboxRow.recipient.startswith(f"{one}/", autoescape=True) for one in mailboxes]
    return or_(InboxRow.recipient.in_(mailboxes), *posts)
