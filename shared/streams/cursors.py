"""How far a group has read each stream; the cursor moves in the transaction that holds the effects.

Invariant: only the holder of the lease moves a cursor: its fencing number stands in the row.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from shared.database import Database
from shared.events.envelope import Feed
from shared.streams.faults import Fenced
from shared.tables import CURSORS, PARKED

_OPEN = (
    select(
        CURSORS.c.last_seq,
        CURSORS.c.fence,
        exists().where(PARKED.c.stream == bindparam("feed"), PARKED.c.dead.is_(False)).label("holding"),
    )
    .where(CURSORS.c.stream == bindparam("feed"))
    .with_for_update(of=CURSORS)
)
_MOVE = (
    update(CURSORS)
    .where(CURSORS.c.stream == bindparam("feed"), CURSORS.c.fence == bindparam("by"))
    .values(last_seq=bindparam("to"))
)


class Place(NamedTuple):
    """Where a group stands in a stream.

    Attributes:
        last_seq: The last event whose effects are in the database, or that is parked there.
        holding: Whether some event is parked, so that its subject waits.
    """

    last_seq: int
    holding: bool


def open_cursor(connection: Connection, feed: Feed, fence: int) -> Place:
    """Lock the cursor of `feed` for this transaction and say where it stands.

    Raises:
        Fenced: Another replica took the lease.
    """
    row = connection.execute(_OPEN, {"feed": feed}).one_or_none()
    if row is None or row.fence != fence:
        raise Fenced(f"{feed}: fence {fence} is refused, the cursor has {row and row.fence}")
    return Place(row.last_seq, bool(row.holding))


def move_cursor(connection: Connection, feed: Feed, fence: int, to: int) -> None:
    """Set the cursor; its row is locked by `open_cursor`.

    Raises:
        Fenced: Another replica took the lease.
    """
    if connection.execute(_MOVE, {"feed": feed, "by": fence, "to": to}).rowcount != 1:
        raise Fenced(f"{feed}: fence {fence} is refused")


def take_cursors(connection: Connection, feeds: Sequence[Feed], fence: int) -> None:
    """Write a new fence into the cursors of `feeds`, making those that are missing: the old holder is out."""
    present = set(connection.scalars(select(CURSORS.c.stream)))
    for feed in feeds:
        if feed not in present:
            connection.execute(insert(CURSORS).values(stream=feed, last_seq=0, fence=fence))
    connection.execute(update(CURSORS).values(fence=fence))


async def read_cursors(db: Database) -> dict[str, int]:
    """Read where the group of this database stands in each stream."""
    async with db.reading() as session:
        rows = await session.execute(select(CURSORS.c.stream, CURSORS.c.last_seq))
        return {stream: last_seq for stream, last_seq in rows}  # noqa: C416 - Row is no plain tuple to mypy.
