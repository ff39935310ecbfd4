"""Rows of the archive for who reads it from end to end: on one snapshot, in a thread of its own.

Invariant: rows come as the driver gives them; objects or types of SQLAlchemy would take longer than the hashes.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, func, select, text

from services.gateway.archive.domain import Ground, Stored
from services.gateway.archive.models import ArchiveAnchor
from services.gateway.models import CHAIN, ArchiveChain, ArchivedEvent

_ROWS = text(
    "SELECT position, stream, sequence, event_id, type, subject, time, payload, previous_hash, hash"
    " FROM archive WHERE position BETWEEN :first AND :last ORDER BY position"
)


class Extent(NamedTuple):
    """Where the archive begins and ends.

    Attributes:
        ground: The last entry that retention removed.
        named: The last position and hash, as the head row names them.
        oldest: The lowest position that has an entry; 0 for an empty archive. So with `newest`.
        anchored: The highest position that has an anchor; 0 for none.
    """

    ground: Ground
    named: tuple[int, bytes]
    oldest: int
    newest: int
    anchored: int


def extent(connection: Connection) -> Extent:
    """Give where the archive begins and ends."""
    head = select(
        ArchiveChain.base_position, ArchiveChain.base_hash, ArchiveChain.last_position, ArchiveChain.last_hash
    )
    base, base_hash, last, last_hash = connection.execute(head.where(ArchiveChain.id == CHAIN)).one()
    oldest = connection.scalar(select(func.min(ArchivedEvent.position))) or 0
    newest = connection.scalar(select(func.max(ArchivedEvent.position))) or 0
    anchored = connection.scalar(select(func.max(ArchiveAnchor.position))) or 0
    return Extent(Ground(base, base_hash), (last, last_hash), oldest, newest, anchored)


def hash_at(connection: Connection, position: int) -> bytes | None:
    """Give the hash of one entry."""
    return connection.scalar(select(ArchivedEvent.hash).where(ArchivedEvent.position == position))


def anchored_between(connection: Connection, first: int, last: int) -> dict[int, bytes]:
    """Give the hashes of the anchors at the positions `first` to `last`, by position."""
    stated = select(ArchiveAnchor.position, ArchiveAnchor.hash)
    rows = connection.execute(stated.where(ArchiveAnchor.position.between(first, last)))
    return {position: hashed for position, hashed in rows}  # noqa: C416 - rows are no pairs.


def rows_between(connection: Connection, first: int, last: int, *, size: int) -> Iterator[Sequence[Stored]]:
    """Give the rows of the positions `first` to `last` in pages of `size` positions; they are tuples only."""
    for begin in range(first, last + 1, size):
        until = min(begin + size - 1, last)
        yield cast("Sequence[Stored]", connection.execute(_ROWS, {"first": begin, "last": until}).all())
