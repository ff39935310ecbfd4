"""Rows of subscriptions that are streams, and the marks of their ages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import ArchivedEvent
from services.gateway.subscriptions.domain import SubscriptionKind
from services.gateway.subscriptions.domain_streams import Mark
from services.gateway.subscriptions.models import StreamMark, Subscription


async def streams(session: AsyncSession) -> Sequence[Subscription]:
    """Give the subscriptions that are streams, whatever their state."""
    wanted = select(Subscription).where(Subscription.kind == SubscriptionKind.STREAM)
    return (await session.scalars(wanted.order_by(Subscription.name))).all()


async def payload_at(session: AsyncSession, position: int) -> bytes | None:
    """Give the bytes at a position of the archive."""
    return await session.scalar(select(ArchivedEvent.payload).where(ArchivedEvent.position == position))


async def marks(session: AsyncSession, name: str) -> list[Mark]:
    """Give how far a stream was, and when."""
    wanted = select(StreamMark.at, StreamMark.position).where(StreamMark.subscription == name)
    return [Mark(*row) for row in await session.execute(wanted.order_by(StreamMark.at))]


async def forget_marks(session: AsyncSession, name: str, before: datetime) -> None:
    """Delete the marks of a stream that are older than an instant."""
    old = delete(StreamMark).where(StreamMark.subscription == name, StreamMark.at < before)
    await session.execute(old)
