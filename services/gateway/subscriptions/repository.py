"""Rows that the engine writes: what is put into the queue, claimed for sending, and ended.

Invariant: of one subject of a subscription at most one delivery is waiting or on its way, the first that is not done;
the others are held, and the end of one lets the next go.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.gateway.models import ArchivedEvent
from services.gateway.subscriptions.domain import (
    UNFINISHED,
    DeliveryState,
    SubscriptionKind,
    SubscriptionState,
)
from services.gateway.subscriptions.models import Delivery, DeliveryAttempt, Subscription
from shared.bulk import has_key

_PENDING = (DeliveryState.WAITING, DeliveryState.SENDING)
_OPEN = sorted(UNFINISHED)
_IS_WEBHOOK = Subscription.kind == SubscriptionKind.WEBHOOK
_IDS_AT_ONCE = 500
LOST_AFTER = timedelta(seconds=30)  # Beyond the longest call, until an attempt without an end counts as lost.


class Claimed(NamedTuple):
    """A delivery that is to be sent now; a gap has no bytes of the archive."""

    row: Delivery
    payload: bytes | None


async def lock_active(session: AsyncSession) -> Sequence[Subscription]:
    """Give the webhooks that are served, for this transaction alone; without those another replica has."""
    wanted = select(Subscription).where(_IS_WEBHOOK, Subscription.state == SubscriptionState.ACTIVE)
    locked = wanted.order_by(Subscription.name).with_for_update(skip_locked=True)
    return (await session.scalars(locked.execution_options(populate_existing=True))).all()


async def has_work(session: AsyncSession, real_now: datetime) -> bool:
    """Tell whether a round would find something: events that were not read, or deliveries that are due or lost."""
    last = select(func.max(ArchivedEvent.position)).scalar_subquery()
    of_name = Delivery.subscription == Subscription.name
    due = exists().where(of_name, Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= real_now)
    gone = exists().where(of_name, Delivery.state == DeliveryState.SENDING, Delivery.lost_at <= real_now)
    is_open = or_(Subscription.not_before.is_(None), Subscription.not_before <= real_now)
    wanted = select(Subscription.name).where(
        _IS_WEBHOOK,
        Subscription.state == SubscriptionState.ACTIVE,
        or_(Subscription.position < last, and_(is_open, or_(due, gone))),
    )
    return (await session.execute(wanted.limit(1))).first() is not None


class Depth(NamedTuple):
    """How much of a subscription is on hand: what may go out, and what is held behind it."""

    pending: int
    held: int


async def depth(session: AsyncSession, name: str, *, most: int) -> Depth:
    """Count what is unfinished, up to so many of each."""
    counts = []
    for states in (_PENDING, (DeliveryState.HELD,)):
        some = select(Delivery.position).where(Delivery.subscription == name, Delivery.state.in_(states))
        counts.append(
            await session.scalar(select(func.count()).select_from(some.limit(most).subquery())) or 0
        )
    return Depth(*counts)


async def busy_subjects(session: AsyncSession, name: str, subjects: Collection[str]) -> set[str]:
    """Give those of the subjects of which something is unfinished."""
    ids = sorted(subjects)
    found: set[str] = set()
    for begin in range(0, len(ids), _IDS_AT_ONCE):
        wanted = select(Delivery.subject).where(
            Delivery.subscription == name,
            Delivery.subject.in_(ids[begin : begin + _IDS_AT_ONCE]),
            Delivery.state.in_(_OPEN),
        )
        found |= set(await session.scalars(wanted))
    return found


async def enqueue(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put deliveries into the queue."""
    if rows:
        await session.execute(insert(Delivery), list(rows))


async def claim(session: AsyncSession, name: str, real_now: datetime, *, most: int) -> list[Claimed]:
    """Give so many deliveries that may go out now, the oldest events first, with their bytes."""
    wanted = (
        select(Delivery, ArchivedEvent.payload)
        .outerjoin(ArchivedEvent, (ArchivedEvent.position == Delivery.position) & Delivery.gap_from.is_(None))
        .where(
            Delivery.subscription == name,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_try_at <= real_now,
        )
        .order_by(Delivery.next_try_at, Delivery.position)
        .limit(most)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return [Claimed(row, payload) for row, payload in await session.execute(wanted)]


async def lost(session: AsyncSession, names: Collection[str], real_now: datetime) -> Sequence[Delivery]:
    """Give the deliveries whose sender ended without a word."""
    wanted = select(Delivery).where(
        Delivery.subscription.in_(sorted(names)),
        Delivery.state == DeliveryState.SENDING,
        Delivery.lost_at <= real_now,
    )
    return (await session.scalars(wanted.with_for_update(skip_locked=True))).all()


async def give_up_own(session: AsyncSession, holder: str, real_now: datetime) -> None:
    """Count as lost what this replica had on its way before it began anew."""
    mine = update(Delivery).where(Delivery.state == DeliveryState.SENDING, Delivery.holder == holder)
    await session.execute(mine.values(lost_at=real_now))


async def rows_of(session: AsyncSession, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Delivery]:
    """Give deliveries for this transaction alone, as they are now."""
    wanted = select(Delivery).where(has_key((Delivery.subscription, Delivery.position), sorted(keys)))
    locked = wanted.order_by(Delivery.subscription, Delivery.position).with_for_update()
    found = await session.scalars(locked.execution_options(populate_existing=True))
    return {(row.subscription, row.position): row for row in found}


async def record(session: AsyncSession, attempts: Sequence[Mapping[str, Any]]) -> None:
    """Record attempts that ended."""
    if attempts:
        await session.execute(insert(DeliveryAttempt), list(attempts))


async def release(session: AsyncSession, name: str, subjects: Collection[str], real_now: datetime) -> None:
    """Let the first held delivery of each subject go, where nothing of it is waiting or on its way."""
    if not subjects:
        return
    other, busy = aliased(Delivery), aliased(Delivery)
    of_name = (other.subscription == name, other.subject.in_(sorted(subjects)))
    is_busy = (
        select(busy.position)
        .where(busy.subscription == name, busy.subject == other.subject, busy.state.in_(_PENDING))
        .exists()
    )
    firsts = (
        select(func.min(other.position))
        .where(*of_name, other.state == DeliveryState.HELD, ~is_busy)
        .group_by(other.subject)
    )
    positions = (await session.scalars(firsts)).all()
    if positions:
        going = update(Delivery).where(Delivery.subscription == name, Delivery.position.in_(positions))
        await session.execute(going.values(state=DeliveryState.WAITING, next_try_at=real_now))
