"""What the tests of the bus are made of: databases with an `effect` table, buses that are closed, events, waiting."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, create_engine, insert, select

from shared.clock import Clock, LiveClock
from shared.database import Database, SyncTx, Tx, sync_url
from shared.events.envelope import OWNERS, Envelope, Event, Feed, Meta, render
from shared.events.ratings import RatingSubmitted
from shared.events.supervision import UnitRegistered
from shared.streams import Bus, Entry, Handlers, History
from shared.tables import BUS, CURSORS, HEADS, OUTBOX, PARKED

LONG = 30.0  # Seconds until a test gives up waiting.
RATED_AT = datetime(2023, 6, 20, 1, 0, tzinfo=UTC)
SCHEMA = MetaData()
EFFECT = Table(
    "effect",
    SCHEMA,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("subject", String(200), nullable=False),
)


def make_tables(url: str, service: str) -> None:
    """Make the tables of the bus and of the tests, with the head rows of the feeds that `service` owns."""
    engine = create_engine(sync_url(url))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # As the migrations do.
    with engine.begin() as connection:
        BUS.create_all(connection)
        SCHEMA.create_all(connection)
        heads = [{"stream": feed, "last_seq": 0} for feed, owner in OWNERS.items() if owner == service]
        connection.execute(insert(HEADS), heads)
    engine.dispose()


def unit(name: str) -> UnitRegistered:
    """Make an event of `supervision` with the subject `name`."""
    return UnitRegistered(unit_id=name, name=name, kind="department")


def rating(name: str) -> RatingSubmitted:
    """Make an event of `ratings` with the subject `name`."""
    return RatingSubmitted(
        rating_id=name,
        project_no="p",
        service_number=1,
        unit_code="u",
        channel="pc",
        level=5,
        scheme="national",
        raw_code="5",
        rated_at=RATED_AT,
    )


def raw(event: Event, sequence: int) -> bytes:
    """Write the bytes that the owner of an event commits."""
    source = f"/services/{OWNERS[event.feed()]}"
    return render(event, meta=Meta(id=f"id-{sequence}", source=source, time=RATED_AT), sequence=sequence)


async def publish(db: Database, *events: Event) -> None:
    """Publish events in one transaction."""
    async with db.transaction() as tx:
        for event in events:
            tx.publish(event)


async def spoil(db: Database, feed: Feed, *sequences: int) -> None:
    """Break the bytes of committed outbox rows."""
    async with db.transaction() as tx:
        broken = OUTBOX.update().where(OUTBOX.c.stream == feed, OUTBOX.c.seq.in_(sequences))
        await tx.session.execute(broken.values(payload=b"\x00broken"))


async def effects(db: Database) -> list[tuple[int, str]]:
    """Read what the handlers did, in the order in which they did it: sequence and subject."""
    async with db.reading() as session:
        rows = await session.execute(select(EFFECT.c.seq, EFFECT.c.subject).order_by(EFFECT.c.id))
        return [(row.seq, row.subject) for row in rows]


async def sequences(db: Database) -> list[int]:
    """Read the sequences that the handlers handled, in that order."""
    return [seq for seq, _ in await effects(db)]


async def parked(db: Database, *, dead: bool) -> list[int]:
    """List the sequences of dead events, or of waiting ones."""
    async with db.reading() as session:
        rows = select(PARKED.c.seq).where(PARKED.c.dead.is_(dead)).order_by(PARKED.c.seq)
        return list(await session.scalars(rows))


async def cursor(db: Database, feed: Feed = "supervision") -> int:
    """Read a cursor; 0 where there is none."""
    async with db.reading() as session:
        return await session.scalar(select(CURSORS.c.last_seq).where(CURSORS.c.stream == feed)) or 0


async def until(ready: Callable[[], Awaitable[bool]], *, within: float = LONG) -> None:
    """Wait until `ready`; fails the test after `within` seconds."""
    async with asyncio.timeout(within):
        while not await ready():  # noqa: ASYNC110 - what is waited for is in a database.
            await asyncio.sleep(0.01)


async def until_cursor(db: Database, at: int, feed: Feed = "supervision") -> None:
    """Wait until a cursor has come to `at`."""

    async def there() -> bool:
        return await cursor(db, feed) >= at

    await until(there)


async def until_trouble(bus: Bus) -> None:
    """Wait until a bus says that something is wrong."""

    async def wrong() -> bool:
        return any("starting" not in problem for problem in bus.problems())

    await until(wrong)


async def until_well(bus: Bus) -> None:
    """Wait until a bus is active and has nothing to complain of."""

    async def well() -> bool:
        return bus.is_active() and not bus.problems()

    await until(well)


async def is_value(found: Awaitable[int], wanted: int) -> bool:
    """Say whether an awaited number is the wanted one."""
    return await found == wanted


async def has_effects(db: Database, wanted: int) -> bool:
    """Say whether so many effects are there."""
    return len(await effects(db)) == wanted


async def pending(world: "World", group: str = "notify") -> int:
    """Count what a group has pending in `supervision`."""
    found = await world.redis.xpending("supervision", group)
    return int(found["pending"])


class Failing:
    """A handler that writes an effect, and raises for the subjects in `bad`.

    Attributes:
        calls: Subjects in the order in which it was called, undone calls too.
    """

    def __init__(self, *bad: str, error: type[Exception] = RuntimeError) -> None:
        self.bad = set(bad)
        self.calls: list[str] = []
        self._error = error

    async def one(self, tx: Tx, event: Event) -> None:
        """Handle one event."""
        assert tx.cause is not None
        self.calls.append(event.subject)
        await tx.session.execute(insert(EFFECT).values(seq=tx.cause.sequence, subject=event.subject))
        if event.subject in self.bad:
            raise self._error(f"{event.subject} does not work")

    def many(self, tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
        """Handle a batch."""
        self.calls += [found.subject for found in envelopes]
        rows = [{"seq": found.sequence, "subject": found.subject} for found in envelopes]
        tx.connection.execute(insert(EFFECT), rows)
        for found in envelopes:
            if found.subject in self.bad:
                raise self._error(f"{found.subject} does not work")


def units_to(handler: Failing) -> Handlers:
    """Handle units as the group `notify`."""
    handlers = Handlers("notify")
    handlers.on(UnitRegistered, handler.one)
    return handlers


def ratings_to(handler: Failing) -> Handlers:
    """Handle ratings in batches as the group `metrics`."""
    handlers = Handlers("metrics")
    handlers.on_many(RatingSubmitted, handler.many)
    return handlers


class Remembering:
    """A `History` in memory."""

    def __init__(self, *entries: Entry) -> None:
        self.entries = list(entries)

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give what it was made with."""
        found = [entry for entry in self.entries if entry.feed == feed and entry.sequence > after]
        return found[:limit]


class World:
    """Services on one Redis; everything that it opens is closed at its end."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        self.redis_url = redis_url
        self.redis = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 3))
        self._folder = folder
        self._buses: list[Bus] = []
        self._databases: list[Database] = []
        self._names = itertools.count()

    def database(
        self, service: str, *, clock: Clock | None = None, url: str = "", file: str = ""
    ) -> Database:
        """Open a new database, or one by its `url` or the name of its `file`."""
        path = self._folder / (file or f"{service}-{next(self._names)}.db")
        is_new = not path.exists()
        address = url or f"sqlite:///{path}"
        if is_new or url:
            make_tables(address, service)
        return self.open(address, service, clock=clock)

    def open(self, url: str, service: str, *, clock: Clock | None = None) -> Database:
        """Open a database that is there."""
        db = Database(url, service=service, clock=clock or LiveClock())
        self._databases.append(db)
        return db

    async def bus(
        self,
        db: Database,
        handlers: Handlers | None = None,
        *,
        holder: str = "one",
        history: History | None = None,
        registry: CollectorRegistry | None = None,
    ) -> Bus:
        """Start a bus that publishes what the database's service owns and that `handlers` are for."""
        bus = Bus(
            redis_url=self.redis_url,
            db=db,
            handlers=handlers,
            publishes=[feed for feed, owner in OWNERS.items() if owner == db.service],
            holder=holder,
            history=history,
            registry=registry or CollectorRegistry(),
        )
        await bus.start()
        self._buses.append(bus)
        return bus

    async def entries(self, feed: Feed = "supervision") -> list[tuple[str, bytes]]:
        """Read a stream: entry ids and the bytes in our field."""
        found = cast("Any", await self.redis.xrange(feed))
        return [(entry.decode(), fields.get(b"__data__", b"")) for entry, fields in found]

    async def stop(self, bus: Bus) -> None:
        """Stop one bus now."""
        self._buses.remove(bus)
        await bus.stop()

    async def close(self) -> None:
        """Stop and close everything."""
        for bus in self._buses:
            await bus.stop()
        for db in self._databases:
            await db.close()
        await self.redis.aclose()
