"""Rows of the anchors of the archive."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.archive.domain import Anchor
from services.gateway.archive.models import ArchiveAnchor
from services.gateway.models import CHAIN, ArchiveChain

_ANCHOR = (ArchiveAnchor.day, ArchiveAnchor.position, ArchiveAnchor.hash)


async def lock_end(session: AsyncSession) -> tuple[int, bytes]:
    """Give the last position and hash; nothing is appended until the transaction ends."""
    named = select(ArchiveChain.last_position, ArchiveChain.last_hash).where(ArchiveChain.id == CHAIN)
    position, last_hash = (await session.execute(named.with_for_update())).one()
    return position, last_hash


def add_anchor(session: AsyncSession, anchor: Anchor, *, real_now: datetime) -> None:
    """Record an anchor."""
    session.add(ArchiveAnchor(**anchor._asdict(), recorded_at=real_now))


async def newest_anchor(session: AsyncSession) -> Anchor | None:
    """Give the last anchor."""
    row = (await session.execute(select(*_ANCHOR).order_by(ArchiveAnchor.day.desc()).limit(1))).first()
    return None if row is None else Anchor(*row)


async def list_anchors(session: AsyncSession, *, since: date | None, limit: int) -> Sequence[Anchor]:
    """List anchors from a day on, the latest first."""
    stated = select(*_ANCHOR).order_by(ArchiveAnchor.day.desc()).limit(limit)
    rows = await session.execute(stated if since is None else stated.where(ArchiveAnchor.day >= since))
    return [Anchor(*row) for row in rows]
