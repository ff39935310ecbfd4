"""Queries on attempts: each is begun, then ended with its outcome, or put back as if it had not begun.

Invariant: an attempt gets one outcome; whoever comes second changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import Outcome, Result
from services.notify.models import DeliveryRow, ParcelRow
from services.notify.repository import dialect_insert
from services.notify.repository_claims import lock_parcels
from services.notify.repository_notices import SENDING, WAITING
from shared.bulk import has_key
from shared.tables import UtcDateTime

Attempt = tuple[str, int]  # Parcel id, number.
GOING = frozenset({WAITING, SENDING, Result.SENT.value})  # Outcomes of what needs no other route.


def lost_before(begun_before: datetime) -> ColumnElement[bool]:
    """Say which attempts began before a real time and never got an answer."""
    return (DeliveryRow.outcome == SENDING) & (DeliveryRow.begun_at < begun_before)


def _attempt(attempt: Attempt, outcome: str) -> tuple[ColumnElement[bool], ...]:
    parcel, number = attempt
    return (DeliveryRow.parcel_id == parcel, DeliveryRow.number == number, DeliveryRow.outcome == outcome)


def _attempts(attempts: Sequence[Attempt], outcome: str) -> tuple[ColumnElement[bool], ...]:
    return (has_key((DeliveryRow.parcel_id, DeliveryRow.number), attempts), DeliveryRow.outcome == outcome)


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
    carried = (DeliveryRow.haste, DeliveryRow.not_before, DeliveryRow.instead_of)
    fresh = (literal(WAITING), literal(""), literal(next_try_at, UtcDateTime))
    again = select(*kept, *carried, DeliveryRow.number + 1, *fresh)
    again = again.where(DeliveryRow.parcel_id == parcel, DeliveryRow.number == number)
    names = [column.key for column in (*kept, *carried)]
    target = [*names, "number", "outcome", "detail", "next_try_at"]
    statement = dialect_insert(session, DeliveryRow).from_select(target, again)
    await session.execute(statement.on_conflict_do_nothing())


async def tried_on(session: AsyncSession, parcel: str) -> dict[str, Attempt | None]:
    """Name the channels that have every letter of a parcel.

    Returns:
        For each the attempt with which it was given up there; None where it was not, or in several parcels.
    """
    letters = select(DeliveryRow.notice_id).where(DeliveryRow.parcel_id == parcel).distinct()
    columns = (DeliveryRow.channel, DeliveryRow.notice_id, DeliveryRow.parcel_id, DeliveryRow.number)
    found = select(*columns, DeliveryRow.outcome).where(DeliveryRow.notice_id.in_(letters))
    rows = (await session.execute(found)).all()
    every = {row.notice_id for row in rows}
    channels: dict[str, Attempt | None] = {}
    for channel in {row.channel for row in rows}:
        mine = [row for row in rows if row.channel == channel]
        if {row.notice_id for row in mine} == every:
            going = any(row.outcome in GOING for row in mine)
            several = len({row.parcel_id for row in mine}) > 1
            last = (mine[0].parcel_id, max(row.number for row in mine))
            channels[channel] = None if going or several else last
    return channels


async def queue_elsewhere(session: AsyncSession, attempt: Attempt, channel: str, real_now: datetime) -> None:
    """Queue the letters of an attempt for another channel, but for those that it carries, or did."""
    parcel, number = attempt
    kept = (DeliveryRow.notice_id, DeliveryRow.haste, DeliveryRow.not_before)
    fresh = (literal(channel), literal(1), literal(WAITING), literal(""), literal(real_now, UtcDateTime))
    letters = select(*kept, DeliveryRow.channel, *fresh)
    letters = letters.where(DeliveryRow.parcel_id == parcel, DeliveryRow.number == number)
    names = [column.key for column in kept]
    target = [*names, "instead_of", "channel", "number", "outcome", "detail", "next_try_at"]
    statement = dialect_insert(session, DeliveryRow).from_select(target, letters)
    await session.execute(statement.on_conflict_do_nothing())


async def mark_instead(session: AsyncSession, attempt: Attempt, channel: str) -> None:
    """Say of an attempt on which channel the route before it failed."""
    waiting = update(DeliveryRow).where(*_attempt(attempt, WAITING))
    await session.execute(waiting.values(instead_of=channel))
