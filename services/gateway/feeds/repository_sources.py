"""Rows of feed sources."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import FeedSource


async def find_source(session: AsyncSession, source_id: str) -> FeedSource | None:
    """Give one feed source."""
    return await session.get(FeedSource, source_id)


async def list_sources(session: AsyncSession) -> Sequence[FeedSource]:
    """Give all feed sources by id."""
    return (await session.scalars(select(FeedSource).order_by(FeedSource.id))).all()
