"""The bus of one service: its relays, its readers and what keeps them going, as one part of the app.

Invariant: only the replica that holds the lease relays, reads, retries and trims; the others stand by, ready.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from shared.background import Repeating
from shared.database import Database
from shared.events.envelope import Feed
from shared.outbox import Written
from shared.streams.applying import Applier
from shared.streams.cursors import read_cursors
from shared.streams.entry import Entry
from shared.streams.groups import feeds_of
from shared.streams.handlers import Handlers
from shared.streams.history import History, read_outbox
from shared.streams.keys import mark_key
from shared.streams.lag import Lag
from shared.streams.lease import Lease
from shared.streams.reader import Reader
from shared.streams.relay import Relay
from shared.streams.repair import Repair, Repaired
from shared.streams.retries import Retries
from shared.streams.subscriber import make_broker, subscribe
from shared.streams.trimming import Trimming

log = logging.getLogger(__name__)
BEAT, STANDBY_BEAT = 0.25, 1.0  # Seconds, real time.
# Seconds, real time, from one relaying to the next: commits in between go together, because each step, and each
# batch that a reader makes of it, costs as much as many events.
LINGER = 0.1


class State(BaseModel):
    """What operations see of a bus.

    Attributes:
        active: Whether this replica holds the lease.
        relays: The last sequence that is in Redis, for each stream that the service owns.
        cursors: The last sequence that is settled, for each stream that its group reads.
        caught_up_at: When (business time) the group had last read everything, for each stream.
    """

    active: bool
    holder: str
    group: str
    relays: dict[str, int]
    cursors: dict[str, int]
    caught_up_at: dict[str, datetime | None]
    problems: list[str]


class Bus:
    """Relays what the service publishes and reads what its group reads, while this replica holds the lease.

    Attributes:
        db: The service's database.
        client: For commands; the readers have a pool of their own.
        publishes: The feeds that the service owns.
        history: What relays and repair compare with.
        refills: Where the readers fill gaps from: the history too, unless there is a better place.
    """

    def __init__(  # noqa: PLR0913 - the composition root names each.
        self,
        *,
        redis_url: str,
        db: Database,
        handlers: Handlers | None,
        publishes: Sequence[Feed],
        holder: str,
        history: History | None,
        registry: CollectorRegistry,
        refills: History | None = None,
    ) -> None:
        self.db = db
        self.publishes = tuple(publishes)
        self.history = history
        self.refills = refills or history
        # A repeated append or acknowledgement is harmless, but a hanging request is not: the loops try again.
        self.client = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0))
        self._group = handlers.group if handlers else ""
        self.reads = feeds_of(self._group)
        self._broker = make_broker(redis_url)
        self._lease = Lease(db, holder=holder, feeds=self.reads)
        self._relays = [Relay(feed, db=db, client=self.client, history=history) for feed in publishes]
        self._readers = [self._reader(feed, handlers) for feed in self.reads if handlers]
        self._lag = Lag(db, client=self.client, registry=registry)
        self._trouble = "bus: starting"
        self._wake: asyncio.TimerHandle | None = None
        self._due: set[Feed] = set()
        self._woken = 0.0
        self._active = False
        self._anew: set[Feed] = set()
        self._pulse = Repeating("bus", self._beat)
        self._wakes = [Repeating(f"relay {relay.feed}", relay.step) for relay in self._relays]
        self._retries = Retries(db, handlers, feeds=self.reads, probe=self.probe) if handlers else None
        self._loops = [*self._wakes, *self._side_loops()]

    def _reader(self, feed: Feed, handlers: Handlers) -> Reader:
        applier = Applier(self.db, feed, handlers, probe=self.probe)
        reader = Reader(applier, group=handlers.group, client=self.client, history=self.refills)
        reader.subscriber = subscribe(self._broker, feed, handlers.group, reader.take)
        return reader

    def _side_loops(self) -> list[Repeating]:
        loops = [Repeating(f"archive guard {relay.feed}", relay.guard) for relay in self._relays]
        if self._relays:
            trimming = Trimming(self._relays, db=self.db, client=self.client)
            loops.append(Repeating("trimming", trimming.step))
        if self._retries is not None:
            loops.append(Repeating("parked events", self._retries.step))
        return loops

    async def start(self) -> None:
        """Begin; nothing here waits for Redis, which may come later."""
        await self._broker.connect()
        self.db.on_commit.append(self.relay_soon)
        await self._pulse.start()

    async def stop(self) -> None:
        """End after the transactions in hand, and let another replica take over at once."""
        await self._pulse.stop()
        await self._deactivate()
        with suppress(Exception):  # The lease runs out by itself where the database is away.
            await self._lease.release()
        if self.relay_soon in self.db.on_commit:
            self.db.on_commit.remove(self.relay_soon)
        await self._broker.stop()
        await self.client.aclose()

    def problems(self) -> list[str]:
        """Say why this is not working now, or nothing; a standby has no problems."""
        found = self._pulse.problems()
        if self._trouble:
            found.append(self._trouble)
        if self._active:
            found += [f"relay {relay.feed}: {relay.problem()}" for relay in self._relays if relay.problem()]
            found += [f"reader {reader.trouble}" for reader in self._readers if reader.trouble]
            found += [trouble for loop in self._loops for trouble in loop.problems()]
        return found

    def is_active(self) -> bool:
        """Say whether this replica relays and reads."""
        return self._active

    def caught_up_at(self, feed: Feed) -> datetime | None:
        """Give the business time at which the reader last saw that it had read everything of `feed`."""
        return next((reader.caught_up_at for reader in self._readers if reader.feed == feed), None)

    def cursor(self, feed: Feed) -> int:
        """Give the last sequence of `feed` that is settled; 0 for a feed that is not read here."""
        return next((reader.cursor for reader in self._readers if reader.feed == feed), 0)

    def begin_anew(self, feed: Feed) -> None:
        """Begin to read `feed` anew at the next beat, from the cursor in the database: a person moved it."""
        self._anew.add(feed)

    def relay_soon(self, written: Written) -> None:
        """Hand committed rows to their relays, which send them at once, or with those that come until their time."""
        if not self._active:
            return  # Another replica relays, and reads them.
        for relay in self._relays:
            relay.committed.add(written.get(relay.feed, ()))
        self._due |= written.keys()
        if self._wake is None:
            self._wake = asyncio.get_running_loop().call_at(self._woken + LINGER, self._wake_due)

    def _wake_due(self) -> None:
        self._wake, self._woken = None, asyncio.get_running_loop().time()
        for relay, loop in zip(self._relays, self._wakes, strict=True):
            if relay.feed in self._due:
                loop.wake()
        self._due.clear()

    async def probe(self) -> None:
        """Ask the database and Redis for a sign of life.

        Raises:
            Exception: One of them does not answer.
        """
        await self.db.probe()
        await self.client.ping()

    async def collect(self) -> None:
        """Refresh the figures in the registry; what can't be asked keeps its last value."""
        if not self._active:
            self._lag.clear()
            return
        with suppress(RedisError, OSError):
            for relay in self._relays:
                await self._lag.collect_stream(relay)
        if self._group:
            await self._lag.collect_group(self._group, self.reads)

    async def state(self) -> State:
        """Describe the bus as this replica sees it."""
        return State(
            active=self._active,
            holder=self._lease.holder,
            group=self._group,
            relays={relay.feed: relay.sent for relay in self._relays},
            cursors=await read_cursors(self.db),
            caught_up_at={reader.feed: reader.caught_up_at for reader in self._readers},
            problems=self.problems(),
        )

    async def repair(self) -> list[Repaired]:
        """Put right what stopped the relays of this service; see `shared.streams.repair`."""
        steps = [
            Repair(feed, db=self.db, client=self.client, history=self.history) for feed in self.publishes
        ]
        done = [await step.run() for step in steps]
        for loop in self._wakes:
            loop.wake()
        return done

    async def outbox(self, feed: Feed, *, after: int, limit: int) -> Sequence[Entry]:
        """Read what this service committed to a feed, behind the sequence `after`: the archive fills its gaps so."""
        return await read_outbox(self.db, feed, after=after, limit=limit)

    async def look(self) -> None:
        """Compare the cursors with the streams now, so that `caught_up_at` is as fresh as can be.

        Raises:
            redis.exceptions.RedisError: Redis does not answer.
        """
        at = self.db.clock.now()
        if not self._readers:
            await self.client.ping()
            return
        marks = await self.client.mget([mark_key(reader.feed) for reader in self._readers])
        for reader, mark in zip(self._readers, marks, strict=True):
            if not await reader.watch(mark=int(mark or 0), at=at) or reader.feed in self._anew:
                await self._restart(reader)

    async def _beat(self) -> float:
        if any(reader.lost for reader in self._readers):
            self._lease.forget()
            await self._deactivate()
        if not await self._lease.hold():
            self._trouble = ""
            await self._deactivate()
            return STANDBY_BEAT
        if not self._active:
            await self._activate()
        try:
            await self.look()
        except (RedisError, OSError) as error:
            self._trouble = f"bus: Redis does not answer ({type(error).__name__}: {error})"
            await asyncio.gather(*(reader.stop() for reader in self._readers))
        else:
            self._trouble = ""
        return BEAT

    async def _restart(self, reader: Reader) -> None:
        self._anew.discard(reader.feed)
        await reader.stop()
        cursors = await read_cursors(self.db)
        reader.start(fence=self._lease.fence, cursor=cursors.get(reader.feed, 0))

    async def _activate(self) -> None:
        self._active = True
        if self._retries is not None:
            self._retries.fence = self._lease.fence
        for reader in self._readers:
            await self._restart(reader)
        for loop in self._loops:
            await loop.start()

    async def _deactivate(self) -> None:
        if not self._active:
            return
        self._active = False
        for loop in self._loops:
            await loop.stop()
        await asyncio.gather(*(reader.stop() for reader in self._readers))
        for reader in self._readers:
            reader.lost = False
