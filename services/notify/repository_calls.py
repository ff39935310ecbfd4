"""Queries on calls: how many messages a channel let out in the last minute, whoever sent them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import CallRow
from services.notify.repository import dialect_insert
from shared.bulk import has_key

MINUTE = timedelta(seconds=60)
Key = tuple[str, int]  # Id of the parcel or shipment, number of the attempt.


async def last_minute(session: AsyncSession, channel: str, real_now: datetime) -> Sequence[CallRow]:
    """Read the calls of a channel that count at a real time, and forget those that do not.

    A clock that was set back holds nothing for long: what lies more than a minute ahead counts no more.
    """
    counts = (CallRow.at > real_now - MINUTE) & (CallRow.at <= real_now + MINUTE)
    await session.execute(delete(CallRow).where(CallRow.channel == channel, ~counts))
    found = await session.scalars(select(CallRow).where(CallRow.channel == channel).order_by(CallRow.at))
    return found.all()


async def add_call(session: AsyncSession, channel: str, key: Key, *, at: datetime, messages: int) -> None:
    """Write a call that begins; one that was held before and begins again takes its own place."""
    values = {"id": key[0], "number": key[1], "channel": channel, "at": at, "messages": messages}
    statement = dialect_insert(session, CallRow).values(values)
    changed = {"at": at, "messages": messages}
    await session.execute(statement.on_conflict_do_update(index_elements=["id", "number"], set_=changed))


async def end_calls(session: AsyncSession, keys: Iterable[Key], real_now: datetime) -> None:
    """Record when calls were over."""
    ended = update(CallRow).where(has_key((CallRow.id, CallRow.number), [*keys]))
    await session.execute(ended.values(at=real_now))


async def forget_calls(session: AsyncSession, keys: Iterable[Key]) -> None:
    """Forget calls that were not made."""
    await session.execute(delete(CallRow).where(has_key((CallRow.id, CallRow.number), [*keys])))
