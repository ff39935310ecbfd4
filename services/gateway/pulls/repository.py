"""Rows of pulling: which sources are due, who has one, and the cursor that moves with what was taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import FeedSource
from services.gateway.pulls.models import FeedPull

PULLS = cast("Table", FeedPull.__table__)


async def list_pulls(session: AsyncSession) -> Sequence[FeedPull]:
    """Give all by source."""
    return (await session.scalars(select(FeedPull).order_by(FeedPull.source_id))).all()


async def find_pull(session: AsyncSession, source_id: str) -> FeedPull | None:
    """Give that of one source."""
    return await session.get(FeedPull, source_id)


async def sources_due(session: AsyncSession, holder: str, real_now: datetime) -> Sequence[str]:
    """Give the sources that this replica may ask now."""
    is_free = or_(FeedPull.held_until <= real_now, FeedPull.holder.in_(("", holder)))
    wanted = (
        select(FeedPull.source_id)
        .join(FeedSource, FeedSource.id == FeedPull.source_id)
        .where(FeedPull.enabled, FeedSource.enabled, FeedPull.next_at <= real_now, is_free)
    )
    return (await session.scalars(wanted.order_by(FeedPull.source_id))).all()


async def lock_pull(session: AsyncSession, source_id: str, *, wait: bool = False) -> FeedPull | None:
    """Give a source's for this transaction alone; None while another has it, unless told to wait."""
    wanted = select(FeedPull).where(FeedPull.source_id == source_id)
    wanted = wanted.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)
    return await session.scalar(wanted)


def move_cursor(
    connection: Connection, source_id: str, fence: int, *, cursor: str, held_until: datetime
) -> bool:
    """Move the cursor of the round with this number; say whether it still is the one at hand."""
    mine = update(PULLS).where(PULLS.c.source_id == source_id, PULLS.c.fence == fence)
    return connection.execute(mine.values(cursor=cursor, held_until=held_until)).rowcount == 1
