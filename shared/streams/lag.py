"""The figures of the bus: the owner of a stream exports its outbox and every group's lag, a group its parked rows.

Invariant: each series has one exporter, the replica that holds the lease; a standby exports none of them.
"""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge
from redis.asyncio import Redis
from sqlalchemy import func, select

from shared.database import Database
from shared.events.envelope import Feed
from shared.streams.positions import positions
from shared.streams.relay import Relay
from shared.tables import ACCEPTED_GAPS, HEADS, OUTBOX, PARKED


class Lag:
    """Gauges in `registry`, refreshed by `collect`."""

    def __init__(self, db: Database, *, client: Redis, registry: CollectorRegistry) -> None:
        self._db = db
        self._client = client
        stream, both = ("stream",), ("stream", "group")

        def gauge(name: str, what: str, labels: Sequence[str]) -> Gauge:
            return Gauge(f"duban_{name}", what, labels, registry=registry)

        self._up = gauge("relay_up", "Whether committed events reach the stream", stream)
        self._depth = gauge("outbox_depth_events", "Committed events that are not in the stream yet", stream)
        self._oldest = gauge("outbox_oldest_seconds", "Age of the oldest of them (real time)", stream)
        self._lag = gauge("bus_lag_events", "Events that a group has not settled", both)
        self._unread = gauge("bus_oldest_unread_seconds", "Age of the oldest of them (real time)", both)
        self._parked = gauge("bus_parked_events", "Events that wait for another attempt", both)
        self._dead = gauge("bus_dead_events", "Events that a person has to look at", both)
        self._lost = gauge("bus_lost_events", "Events that a person gave up because nobody has them", both)
        of_streams = (self._up, self._depth, self._oldest, self._lag, self._unread)
        self._all = (*of_streams, self._parked, self._dead, self._lost)

    def clear(self) -> None:
        """Export nothing: another replica does."""
        for gauge in self._all:
            gauge.clear()

    async def collect_stream(self, relay: Relay) -> None:
        """Refresh what the owner of a stream knows; group figures stay out while Redis does not answer."""
        feed, now = relay.feed, self._db.clock.real_now()
        async with self._db.reading() as session:
            head = await session.scalar(select(HEADS.c.last_seq).where(HEADS.c.stream == feed)) or 0
        self._up.labels(feed).set(relay.is_up())
        sent = max(relay.sent, 0)
        self._depth.labels(feed).set(head - sent)
        self._oldest.labels(feed).set(await self._age(feed, sent, head, now))
        for group, settled in (await positions(self._client, feed)).items():
            self._lag.labels(feed, group).set(max(0, head - settled))
            self._unread.labels(feed, group).set(await self._age(feed, settled, head, now))

    async def collect_group(self, group: str, feeds: Sequence[Feed]) -> None:
        """Refresh what a group knows of itself."""
        counted = select(PARKED.c.stream, PARKED.c.dead, func.count().label("events"))
        size = func.sum(ACCEPTED_GAPS.c.last_seq - ACCEPTED_GAPS.c.first_seq + 1).label("events")
        given_up = select(ACCEPTED_GAPS.c.stream, size).group_by(ACCEPTED_GAPS.c.stream)
        async with self._db.reading() as session:
            rows = (await session.execute(counted.group_by(PARKED.c.stream, PARKED.c.dead))).all()
            lost = {row.stream: row.events for row in await session.execute(given_up)}
        found = {(row.stream, row.dead): row.events for row in rows}
        for feed in feeds:
            self._parked.labels(feed, group).set(found.get((feed, False), 0))
            self._dead.labels(feed, group).set(found.get((feed, True), 0))
            self._lost.labels(feed, group).set(lost.get(feed, 0))

    async def _age(self, feed: Feed, settled: int, head: int, now: datetime) -> float:
        """Give the age of the event after `settled` in seconds; 0 when there is none."""
        if settled >= head:
            return 0.0
        after = select(func.min(OUTBOX.c.written_at)).where(
            OUTBOX.c.stream == feed, OUTBOX.c.seq > settled, OUTBOX.c.seq <= settled + 500
        )
        async with self._db.reading() as session:
            written_at = await session.scalar(after)
        return 0.0 if written_at is None else max(0.0, (now - written_at).total_seconds())
