"""Verifies the archive: the chain from where it is kept, what its rows are found by, and every anchor."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from services.gateway.archive.domain import (
    Break,
    Fault,
    anchor_break,
    end_break,
    first_break,
    ground_break,
)
from services.gateway.archive.repository_chain import (
    Extent,
    anchored_between,
    extent,
    hash_at,
    rows_between,
)

MOST_VERIFIED = 100_000  # Positions of one call; the next call goes on where it ended.
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found.

    Attributes:
        first: First position that was checked; behind what retention removed.
        last: Last position that was checked.
        broken: The first broken entry, or None.
        next: Where the next call has to begin, or None at the end of the archive or of the range.
        anchors: How many anchors were compared.
    """

    first: int
    last: int
    broken: Break | None
    next: int | None
    anchors: int = 0


def verify(
    connection: Connection, *, first: int = 1, last: int | None = None, most: int = MOST_VERIFIED
) -> Verified:
    """Check the archive from position `first` to `last` (the end by default), at most `most` positions."""
    found = extent(connection)
    first = max(first, found.ground.position + 1)
    newest = max(found.named[0], found.newest, found.anchored)
    until = min(newest if last is None else last, newest, first + most - 1)
    if until < first - 1:
        return Verified(first, until, None, None)
    anchored = anchored_between(connection, first - 1, until)
    previous, broken = _before(connection, first, found, anchored)
    end = (first - 1, previous)
    if broken is None:
        end, broken = _walk(connection, end, until, anchored)
    if broken is None and until == newest:
        broken = end_break(end, found.named, found.anchored)
    if broken is None and end[0] < until:
        broken = Break(end[0] + 1, Fault.MISSING, expected=str(end[0] + 1))
    goes_on = broken is None and until < newest and until != last
    return Verified(first, until, broken, until + 1 if goes_on else None, len(anchored))


def _before(
    connection: Connection, first: int, found: Extent, anchored: Mapping[int, bytes]
) -> tuple[bytes, Break | None]:
    """Give the hash that the entry at `first` has to follow."""
    if first == found.ground.position + 1:
        return found.ground.hash, ground_break(found.oldest, found.ground, anchored)
    previous = hash_at(connection, first - 1)
    if previous is None:
        return b"", Break(first - 1, Fault.MISSING, expected=str(first - 1))
    return previous, None


def _walk(
    connection: Connection, end: tuple[int, bytes], until: int, anchored: Mapping[int, bytes]
) -> tuple[tuple[int, bytes], Break | None]:
    """Follow the chain from the entry at `end` (position, hash) to `until`; give where it led, and the break."""
    for rows in rows_between(connection, end[0] + 1, until, size=PAGE):
        broken = first_break(rows, position=end[0] + 1, previous=end[1]) or anchor_break(rows, anchored)
        if broken:
            return end, broken
        if rows:
            end = (rows[-1][0], rows[-1][-1])
    return end, None
