"""Queries on attempts: each is begun, then ended with its outcome, or put back as if it had not begun.

Invariant: an attempt gets one outcome; whoever comes second changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import Outcome, Result
from services.notify.models import DeliveryRow, ParcelRow
from services.notify.repository_claims import lock_parcels
from services.notify.repository_notices import SENDING, WAITING
from shared.tables import UtcDateTime

Attempt = tuple[str, int]  # Parcel id, number.


def lost_before(begun_before: datetime) -> ColumnElement[bool]:
    """Say which attempts began before a real time and never got an answer."""
    return (DeliveryRow.outcome == SENDING) & (DeliveryRow.begun_at < begun_before)


def _attempt(attempt: Attempt, outcome: str) -> tuple[ColumnElement[bool], ...]:
    parcel, number = attempt
    return (DeliveryRow.parcel_id == parcel, DeliveryRow.number == number, DeliveryRow.outcome == outcome)


def _attempts(attempts: Sequence[Attempt], outcome: str) -> tuple[ColumnElement[bool], ...]:
    keys = tuple_(DeliveryRow.parcel_id, DeliveryRow.number)
    return (keys.in_(attempts), DeliveryRow.outcome == outcome)


async def begin_attempts(session: AsyncSession, attempts: Sequence[Attempt], *, real_now: datetime) -> None:
    """Record that attempts begin that waited."""
    begun = update(DeliveryRow).where(*_attempts(attempts, WAITING))
    await session.execute(begun.values(outcome=SENDING, begun_at=real_now))


async def put_off_attempts(session: AsyncSession, attempts: Sequence[Attempt], not_before: datetime) -> None:
    """Let attempts wait until a business time."""
    waiting = update(DeliveryRow).where(*_attempts(attempts, WAITING))
    await session.execute(waiting.values(not_before=not_before))


async def hold_attempts(session: AsyncSession, attempts: Sequence[Attempt], next_try_at: datetime) -> None:
    """Let attempts that were not made after all wait until a real time, under their own numbers."""
    held = update(DeliveryRow).where(*_attempts(attempts, SENDING))
    await session.execute(held.values(outcome=WAITING, next_try_at=next_try_at, begun_at=None))


async def lost_attempts(session: AsyncSession, begun_before: datetime) -> Sequence[Attempt]:
    """Lock and read the attempts that began before a real time and never got an answer."""
    lost = select(DeliveryRow.parcel_id, DeliveryRow.number).where(lost_before(begun_before)).distinct()
    found = {str(row[0]) for row in await session.execute(lost)}
    mine = await lock_parcels(session, found, skip_locked=True) if found else ()
    still_lost = lost.where(DeliveryRow.parcel_id.in_(mine)).order_by(DeliveryRow.parcel_id)
    return [(str(row[0]), row[1]) for row in await session.execute(still_lost)] if mine else []


async def end_attempt(session: AsyncSession, attempt: Attempt, outcome: Outcome, *, at: datetime) -> bool:
    """Record what became of an attempt, at a business time; say whether it was still without an outcome."""
    ended = update(DeliveryRow).where(*_attempt(attempt, SENDING))
    ended = ended.values(outcome=outcome.result, detail=outcome.detail, at=at)
    done = await session.scalars(ended.returning(DeliveryRow.notice_id))
    if not done.all():
        return False
    if outcome.result is Result.SENT:
        await session.execute(update(ParcelRow).where(ParcelRow.id == attempt[0]).values(sent_at=at))
    return True


async def queue_again(session: AsyncSession, attempt: Attempt, next_try_at: datetime) -> None:
    """Queue the attempt after `attempt`, of the same parcel, for a real time."""
    parcel, number = attempt
    kept = (DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.parcel_id)
    carried = (DeliveryRow.haste, DeliveryRow.not_before)
    fresh = (literal(WAITING), literal(""), literal(next_try_at, UtcDateTime))
    again = select(*kept, *carried, DeliveryRow.number + 1, *fresh)
    again = again.where(DeliveryRow.parcel_id == parcel, DeliveryRow.number == number)
    names = [column.key for column in (*kept, *carried)]
    target = [*names, "number", "outcome", "detail", "next_try_at"]
    await session.execute(insert(DeliveryRow).from_select(target, again))
