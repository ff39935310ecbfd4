"""Which recipients a sender has for itself while its transaction lasts.

Invariant: only who claimed a recipient's channel writes parcels of it or moves their days, and who comes second passes
it by; so a sender waits for another one only when it records what became of what it sent.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Subquery, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import ParcelRow

End = tuple[str, str]  # Channel, recipient.
SPACE = 0x6475_62  # Of the keys of the advisory locks; no others are taken in this database.


async def claim(session: AsyncSession, waiting: Subquery, *, recipients: int) -> Sequence[End]:
    """Claim so many of the ends in `waiting` (columns `channel` and `recipient`), in its order, and give them.

    What another sender has is passed by, and so is, rarely, an end whose lock has the key of another's. A transaction
    may claim what it has again. What is claimed has to be read in a later statement: this one does not see what the
    sender before wrote.
    """
    # Without the offset PostgreSQL would lock all while it groups them, before the limit.
    waiting = select(waiting.c.channel, waiting.c.recipient).offset(0).subquery()
    columns = (waiting.c.channel, waiting.c.recipient)
    ends = select(*columns).where(_claimed(session, *columns)).limit(recipients)
    return [(channel, recipient) for channel, recipient in await session.execute(ends)]


async def lock_channel(session: AsyncSession, channel: str) -> None:
    """Wait until no other sender plans what a channel lets out; several are locked in the order of their names."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(channel, SPACE))))


def _claimed(
    session: AsyncSession, channel: ColumnElement[str], recipient: ColumnElement[str]
) -> ColumnElement[bool]:
    """Lock an end, or say no at once; SQLite has one writer and needs no lock."""
    if session.get_bind().dialect.name != "postgresql":
        return true()
    key = func.hashtextextended(channel.concat("\n").concat(recipient), SPACE)
    return func.pg_try_advisory_xact_lock(key)


async def lock_parcels(
    session: AsyncSession, ids: Collection[str], *, skip_locked: bool = False
) -> Sequence[str]:
    """Lock parcels with all their attempts, in one order for everybody; give those that are locked now."""
    rows = select(ParcelRow.id).where(ParcelRow.id.in_(ids)).order_by(ParcelRow.id)
    locked = await session.scalars(rows.with_for_update(skip_locked=skip_locked))
    return locked.all()
