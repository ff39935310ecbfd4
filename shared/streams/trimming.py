"""Trimming: the owner removes what every group has settled, from its streams and then from its outbox.

Invariant: nothing is removed that a group, the archive among them, has yet to read; not even once a group is missing.
What everybody has read stays for two days besides (real time, at most 200,000 entries), and in the outbox for seven:
a reader's database that is restored from yesterday's backup, or a Redis that lost everything, heals from that.
"""

import logging
from datetime import timedelta

from redis.asyncio import Redis
from sqlalchemy import delete, func, select

from shared.database import Database
from shared.events.envelope import Feed
from shared.streams.faults import Fault
from shared.streams.groups import ARCHIVE, GROUPS
from shared.streams.keys import script
from shared.streams.positions import positions
from shared.streams.relay import Relay
from shared.tables import OUTBOX

log = logging.getLogger(__name__)
PAUSE = 60.0  # Seconds, real time.
STREAM_DAYS, OUTBOX_DAYS = timedelta(days=2), timedelta(days=7)
LONGEST_STREAM = 200_000  # Entries that are kept although everybody has read them: about 64 MB.
PORTION = 5_000  # Outbox rows in one transaction.


class Trimming:
    """Trims the streams that this service owns."""

    def __init__(self, relays: list[Relay], *, db: Database, client: Redis) -> None:
        self._relays = relays
        self._db = db
        self._client = client
        self._trim = client.register_script(script("trim"))

    async def step(self) -> float:
        """Trim each stream whose relay works; gives the seconds (real time) until the next step."""
        for relay in self._relays:
            if relay.is_up():
                await self.trim(relay.feed)
                await self.forget(relay.feed)
        return PAUSE

    async def trim(self, feed: Feed) -> int:
        """Remove settled entries from the stream; gives how many.

        Raises:
            Fault: A group of the stream is missing.
        """
        keep = max(await self._oldest_since(feed, STREAM_DAYS), await self._last(feed) - LONGEST_STREAM)
        removed, told = await self._trim(keys=[feed], args=[keep, *GROUPS[feed]])
        if removed < 0:
            raise Fault(f"{feed} is not trimmed: its group {told.decode()} is missing")
        return int(removed)

    async def forget(self, feed: Feed) -> int:
        """Remove outbox rows that are old enough and that the archive has; gives how many."""
        archived = (await positions(self._client, feed)).get(ARCHIVE, 0)
        keep = min(await self._oldest_since(feed, OUTBOX_DAYS), archived)
        forgotten = 0
        while portion := await self._forget_some(feed, keep):
            forgotten += portion
        return forgotten

    async def _forget_some(self, feed: Feed, keep: int) -> int:
        old = select(OUTBOX.c.seq).where(OUTBOX.c.stream == feed, OUTBOX.c.seq < keep)
        some = old.order_by(OUTBOX.c.seq).limit(PORTION).subquery()
        async with self._db.transaction() as tx:
            last = await tx.session.scalar(select(func.max(some.c.seq)))
            if last is None:
                return 0
            gone = delete(OUTBOX).where(OUTBOX.c.stream == feed, OUTBOX.c.seq <= last)
            connection = await tx.session.connection()
            return (await connection.execute(gone)).rowcount

    async def _oldest_since(self, feed: Feed, age: timedelta) -> int:
        """Give the first sequence that was written within `age` (real time), or the last one there is."""
        since = self._db.clock.real_now() - age
        young = select(func.min(OUTBOX.c.seq)).where(OUTBOX.c.stream == feed, OUTBOX.c.written_at >= since)
        async with self._db.reading() as session:
            first = await session.scalar(young)
        return await self._last(feed) if first is None else first

    async def _last(self, feed: Feed) -> int:
        async with self._db.reading() as session:
            return await session.scalar(select(func.max(OUTBOX.c.seq)).where(OUTBOX.c.stream == feed)) or 0
