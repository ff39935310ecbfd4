"""Use cases of the archive: append every entry of every stream, export a feed, verify the chain."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.archive.domain import GENESIS, Break, Fault, end_break, extend, first_break
from services.gateway.archive.repository import (
    append,
    chain_end,
    entries_of,
    hash_at,
    links_between,
    lock_chain,
    newest_position,
    payloads,
)
from shared.database import Database
from shared.errors import Permanent
from shared.events.envelope import Feed
from shared.streams import Entry

log = logging.getLogger(__name__)
MOST_VERIFIED = 100_000  # Positions of one call; the next call goes on where it ended.
PAGE = 2000


def archive(connection: Connection, entries: Sequence[Entry]) -> int:
    """Append what is new of `entries`, which are of one feed, and give how many that was.

    Raises:
        Permanent: A sequence is archived already with other bytes: two histories of one stream. Nothing may go on
            until `duban bus repair` has found out which is true.
    """
    if not entries:
        return 0
    feed = entries[0].feed
    last = lock_chain(connection)
    sequences = [entry.sequence for entry in entries]
    known = payloads(connection, feed, min(sequences), max(sequences))
    new: dict[int, bytes] = {}
    for entry in entries:
        before = known.get(entry.sequence)
        if before is None:
            known[entry.sequence] = new[entry.sequence] = entry.raw
        elif before != entry.raw:
            raise _fork(entry)
    if new:
        append(connection, extend(last, feed, new.items()))
    return len(new)


def _fork(entry: Entry) -> Permanent:
    message = f"事件流 {entry.feed} 的第 {entry.sequence} 号与档案不一致，请运行 duban bus repair gateway"
    log.critical("archive fork at %s %d: run `duban bus repair gateway`", entry.feed, entry.sequence)
    return Permanent(message, code="archive.fork", feed=entry.feed, sequence=entry.sequence)


class ArchiveHistory:
    """The history of every stream, read from the archive beside it: what the gateway's own relays compare with."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give at most `limit` entries of `feed` behind the sequence `after`, in order."""
        async with self._db.reading() as session:
            return await entries_of(session, feed, after=after, limit=limit)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found.

    Attributes:
        first: First position that was checked.
        last: Last position that was checked.
        broken: The first broken entry, or None.
        next: Where the next call has to begin, or None at the end of the archive or of the range.
    """

    first: int
    last: int
    broken: Break | None
    next: int | None


async def verify(
    session: AsyncSession, *, first: int = 1, last: int | None = None, most: int = MOST_VERIFIED
) -> Verified:
    """Check the chain from position `first` to `last` (the end by default), at most `most` positions."""
    named = await chain_end(session)
    newest = max(named[0], await newest_position(session))
    until = min(newest if last is None else last, newest, first + most - 1)
    if until < first - 1:
        return Verified(first, until, None, None)
    previous = GENESIS if first == 1 else await hash_at(session, first - 1)
    if previous is None:
        return Verified(first, until, Break(first - 1, Fault.MISSING), None)
    end, broken = await _walk(session, (first - 1, previous), until)
    if broken is None and until == newest:
        broken = end_break(end, named)
    if broken is None and end[0] < until:
        broken = Break(end[0] + 1, Fault.MISSING)
    goes_on = broken is None and until < newest and until != last
    return Verified(first, until, broken, until + 1 if goes_on else None)


async def _walk(
    session: AsyncSession, end: tuple[int, bytes], until: int
) -> tuple[tuple[int, bytes], Break | None]:
    """Follow the chain from the entry at `end` (position, hash) to `until`; give where it led, and the break."""
    async for links in links_between(session, end[0] + 1, until, size=PAGE):
        if broken := first_break(links, position=end[0] + 1, previous=end[1]):
            return end, broken
        if links:
            end = (links[-1].position, links[-1].hash)
    return end, None
