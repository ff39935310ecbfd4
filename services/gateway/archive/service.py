"""Use cases of the archive: append every entry of every stream, and read a stream's history."""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from services.gateway.archive.domain import extend
from services.gateway.archive.repository import append, entries_of, lock_chain, payloads, trimmed_end
from shared.database import Database
from shared.errors import Permanent
from shared.events.envelope import Feed
from shared.streams import Entry

log = logging.getLogger(__name__)


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
    removed = trimmed_end(connection, feed)  # What retention has removed comes in no second time.
    sequences = [entry.sequence for entry in entries]
    known = payloads(connection, feed, min(sequences), max(sequences))
    new: dict[int, bytes] = {}
    for entry in entries:
        if entry.sequence <= removed:
            continue
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
