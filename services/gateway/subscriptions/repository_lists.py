"""Rows of subscriptions as people ask for them: lists, one delivery with its attempts, days, and depths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.subscriptions.domain import UNFINISHED, DeliveryState
from services.gateway.subscriptions.models import Delivery, DeliveryAttempt, StreamMark, Subscription


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries of a subscription are listed, behind the position `after`."""

    name: str
    state: DeliveryState | None = None
    subject: str = ""
    day: date | None = None
    after: int = 0


class Waiting(NamedTuple):
    """What of a subscription is in one state, and since when the oldest of it is queued."""

    subscription: str
    state: str
    deliveries: int
    oldest: datetime


async def subscriptions(session: AsyncSession) -> Sequence[Subscription]:
    """Give all subscriptions."""
    return (await session.scalars(select(Subscription).order_by(Subscription.name))).all()


async def deliveries(session: AsyncSession, wanted: Wanted, *, limit: int) -> Sequence[Delivery]:
    """Give deliveries in the order of their positions."""
    found = select(Delivery).where(Delivery.subscription == wanted.name, Delivery.position > wanted.after)
    for column, value in (
        (Delivery.state, wanted.state),
        (Delivery.subject, wanted.subject or None),
        (Delivery.day, wanted.day),
    ):
        if value is not None:
            found = found.where(column == value)
    return (await session.scalars(found.order_by(Delivery.position).limit(limit))).all()


async def attempts(session: AsyncSession, name: str, position: int) -> Sequence[DeliveryAttempt]:
    """Give what was tried for a delivery, in order."""
    wanted = select(DeliveryAttempt).where(
        DeliveryAttempt.subscription == name, DeliveryAttempt.position == position
    )
    return (await session.scalars(wanted.order_by(DeliveryAttempt.number))).all()


async def lock_range(
    session: AsyncSession, name: str, positions: tuple[int, int], states: frozenset[DeliveryState]
) -> Sequence[Delivery]:
    """Give the deliveries in some states between two positions, both of which belong to it, for a change."""
    wanted = select(Delivery).where(
        Delivery.subscription == name,
        Delivery.position.between(*positions),
        Delivery.state.in_(sorted(states)),
    )
    return (await session.scalars(wanted.order_by(Delivery.position).with_for_update())).all()


async def ids_of_day(session: AsyncSession, name: str, day: date) -> list[tuple[str, str]]:
    """Give the webhook ids of a day with their states."""
    wanted = select(Delivery.webhook_id, Delivery.state).where(
        Delivery.subscription == name, Delivery.day == day
    )
    return [(row.webhook_id, row.state) for row in await session.execute(wanted)]


async def counts_of_day(session: AsyncSession, name: str, day: date) -> dict[str, int]:
    """Count the deliveries of a day by state."""
    wanted = (
        select(Delivery.state, func.count().label("deliveries"))
        .where(Delivery.subscription == name, Delivery.day == day)
        .group_by(Delivery.state)
    )
    return {row.state: row.deliveries for row in await session.execute(wanted)}


async def forget(session: AsyncSession, name: str) -> None:
    """Delete what is on record beside a subscription: deliveries, attempts, marks."""
    await session.execute(delete(DeliveryAttempt).where(DeliveryAttempt.subscription == name))
    await session.execute(delete(Delivery).where(Delivery.subscription == name))
    await session.execute(delete(StreamMark).where(StreamMark.subscription == name))


async def depths(session: AsyncSession) -> list[Waiting]:
    """Count what is unfinished or dead, by subscription and state."""
    counted = (*sorted(UNFINISHED), DeliveryState.DEAD)
    wanted = (
        select(Delivery.subscription, Delivery.state, func.count(), func.min(Delivery.queued_at))
        .where(Delivery.state.in_(counted))
        .group_by(Delivery.subscription, Delivery.state)
    )
    return [Waiting(*row) for row in await session.execute(wanted)]
