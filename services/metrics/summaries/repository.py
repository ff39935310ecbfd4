"""The summaries that were compiled, which kinds are switched off, and whether a feed told anything yet."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.feeds.repository import just_after
from services.metrics.models import FeedSummaryKindRow, FeedSummaryRow, Order, Rating
from services.metrics.summaries.domain import Plan
from shared.paging import Asked, Page, Sorting, down

SORTING = Sorting("feed-summaries", down(FeedSummaryRow.compiled_at), down(FeedSummaryRow.id))
DATED_AHEAD = timedelta(days=1)  # Far more than the gateway lets a source date a record ahead.


def has_begun(connection: Connection, plan: Plan, at: datetime) -> bool:
    """Tell whether the feed of a plan had told anything by then, without a look at all that it told since."""
    if plan.kind == "ratings_monthly":  # They stand in the order in which they were told.
        first = connection.scalar(select(Rating.received_at).order_by(Rating.position).limit(1))
        return first is not None and first <= at
    # What was told by then came in by then, or was dated a little ahead; the index has that.
    came, told = Order.received_at < at + DATED_AHEAD, Order.told_at < just_after(at)
    return connection.execute(select(Order.sequence).where(came, told).limit(1)).first() is not None


def compiled_periods(connection: Connection, kind: str) -> set[str]:
    """Name the periods of a kind that have a summary."""
    return set(
        connection.scalars(select(FeedSummaryRow.period).where(FeedSummaryRow.kind == kind).distinct())
    )


def inactive(connection: Connection) -> set[str]:
    """Name the kinds that are switched off."""
    return set(connection.scalars(select(FeedSummaryKindRow.kind).where(~FeedSummaryKindRow.active)))


async def newest_version(session: AsyncSession, kind: str, period: str) -> int:
    """Give the newest version of a period's summary, 0 for none."""
    of_period = (FeedSummaryRow.kind == kind) & (FeedSummaryRow.period == period)
    return await session.scalar(select(func.max(FeedSummaryRow.version)).where(of_period)) or 0


async def list_summaries(session: AsyncSession, kind: str, period: str, asked: Asked) -> Page[FeedSummaryRow]:
    """Read a page of summaries, the latest first; an empty word filters nothing."""
    stated = select(FeedSummaryRow)
    for column, value in ((FeedSummaryRow.kind, kind), (FeedSummaryRow.period, period)):
        stated = stated.where(column == value) if value else stated
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.compiled_at, row.id))
