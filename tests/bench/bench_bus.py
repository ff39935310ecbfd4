"""How fast ratings are consumed: our reader against a raw one with the same SQL, and against one handler per message.

All three read the same 40,000 events from a Valkey of their own (append-only file on, fsync each second) and insert
the same rows into SQLite (WAL, synchronous=FULL); the first two run five times, alternating, and their
medians count.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from faststream import AckPolicy
from faststream.redis import RedisBroker, StreamSub
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.event import listens_for

from shared.clock import LiveClock
from shared.database import Database, SyncTx, sync_url
from shared.events.envelope import Envelope, Meta, render
from shared.events.ratings import RatingSubmitted
from shared.interpreter import tune_interpreter
from shared.streams import Bus, Handlers
from shared.streams.keys import mark_key, script
from shared.streams.relay import packed
from shared.tables import BUS, HEADS
from shared.testing_servers import ValkeyServer
from tests.bench.result import Result
from tests.bench.size import either

NAMES = ("ratings.consumer", "ratings.handler")
EVENTS, FEW, CHUNK, RUNS = either(40_000, 3_000), either(1_500, 500), 500, either(5, 1)
GROUP = "metrics"
FACTS = """
    CREATE TABLE fact (rating_id TEXT PRIMARY KEY, unit_code TEXT NOT NULL, channel TEXT NOT NULL,
    level INTEGER NOT NULL, is_default BOOLEAN NOT NULL, rated_at TEXT NOT NULL)
"""
INSERT = "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
NOW = datetime(2023, 6, 20, 1, 0, tzinfo=UTC)


class TypedEnvelope(Envelope):
    """What a reader without our envelope would validate with."""

    data: RatingSubmitted


def fact(event: object) -> tuple[object, ...]:
    """Give the row of one rating."""
    rated = cast("RatingSubmitted", event)
    rated_at = rated.rated_at.isoformat()
    return rated.rating_id, rated.unit_code, rated.channel, rated.level, rated.is_default, rated_at


def write(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows: the SQL of every side."""
    connection.exec_driver_sql(INSERT, list(rows))


class Meter:
    """Times a reader from its first batch on: starting up is not its rate."""

    def __init__(self) -> None:
        self._began = 0.0

    def batch(self) -> None:
        """Note that a batch is about to be written."""
        self._began = self._began or time.perf_counter()

    def rate(self, events: int, *, first: int) -> float:
        """Give events a second, when all are done now; the first batch was fetched before the clock ran."""
        return (events - first) / (time.perf_counter() - self._began)


class Rig:
    """A filled stream, and new databases for each run."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.redis = Redis.from_url(url)
        self._folder = folder
        self._made = 0
        self._url = ""

    async def fill(self) -> None:
        """Append the events as the relay does."""
        append = self.redis.register_script(script("append"))
        for first in range(1, EVENTS + 1, CHUNK):
            rows = packed([(seq, event(seq)) for seq in range(first, first + CHUNK)])
            await append(keys=["ratings", mark_key("ratings")], args=[first - 1, "", 1, GROUP, *rows])

    async def again(self) -> Database:
        """Set the group back to the beginning and give an empty database."""
        await self.redis.xgroup_destroy("ratings", GROUP)
        await self.redis.xgroup_create("ratings", GROUP, id="0")
        self._made += 1
        url = f"sqlite:///{self._folder}/{self._made}.db"
        engine = create_engine(sync_url(url))
        with engine.begin() as connection:
            BUS.create_all(connection)
            connection.execute(insert(HEADS).values(stream="assessment", last_seq=0))
            connection.execute(text(FACTS))
        engine.dispose()
        self._url = url
        return Database(url, service="metrics", clock=LiveClock())

    def engine(self) -> Engine:
        """Open the database of this run as `Database` does: durable at each commit."""
        engine = create_engine(sync_url(self._url))

        @listens_for(engine, "connect")
        def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - sqlite3's.
            connection.isolation_level = None
            connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")

        @listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    async def finish(self, db: Database) -> None:
        """Check that every event was counted, and close."""
        async with db.reading() as session:
            counted = await session.scalar(text("SELECT count(*) FROM fact"))
        await db.close()
        if counted != EVENTS:
            raise AssertionError(f"{counted} of {EVENTS} were counted")


def event(seq: int) -> bytes:
    """Write one rating as its owner does."""
    rated = RatingSubmitted(
        rating_id=f"r-{seq:09d}",
        project_no=f"610000-{seq:09d}",
        service_number=1,
        unit_code=f"unit-{seq % 44}",
        channel="hall_tablet",
        level=5 - (seq % 100 == 0),
        scheme="gb39046",
        raw_code="1",
        rated_at=NOW,
    )
    meta = Meta(id=f"0198c0de-0000-7000-8000-{seq:012d}", source="/services/gateway", time=NOW, revision=1)
    return render(rated, meta=meta, sequence=seq)


async def ours(rig: Rig) -> float:
    """Measure our reader in events a second."""
    db, meter = await rig.again(), Meter()

    def on_ratings(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
        meter.batch()
        write(tx.connection, [fact(envelope.data) for envelope in envelopes])

    handlers = Handlers(GROUP)
    handlers.on_many(RatingSubmitted, on_ratings)
    bus = Bus(
        redis_url=rig.url,
        db=db,
        handlers=handlers,
        publishes=(),
        holder="bench",
        history=None,
        registry=CollectorRegistry(),
    )
    await bus.start()
    while bus.cursor("ratings") < EVENTS:  # noqa: ASYNC110 - the cursor moves after the last handler's return.
        await asyncio.sleep(0.01)
    rate = meter.rate(EVENTS, first=CHUNK)
    await bus.stop()
    await rig.finish(db)
    return rate


async def raw(rig: Rig) -> float:
    """Measure a raw reader: XREADGROUP 500, validate, the same SQL in one transaction, XACK."""
    db, meter, engine = await rig.again(), Meter(), rig.engine()
    validate = TypedEnvelope.__pydantic_validator__.validate_json
    read = 0
    while read < EVENTS:
        asked = rig.redis.xreadgroup(GROUP, "raw", {"ratings": ">"}, count=CHUNK)
        entries = cast("Any", await asked)[0][1]
        envelopes = [validate(fields[b"__data__"]) for _, fields in entries]
        meter.batch()
        with engine.begin() as connection:
            write(connection, [fact(envelope.data) for envelope in envelopes])
        await rig.redis.xack("ratings", GROUP, *(entry for entry, _ in entries))
        read += len(entries)
    rate = meter.rate(EVENTS, first=CHUNK)
    engine.dispose()
    await rig.finish(db)
    return rate


async def one_by_one(rig: Rig) -> float:
    """Measure a FastStream handler per message: typed, one transaction and one XACK each."""
    db, meter, engine, done = await rig.again(), Meter(), rig.engine(), asyncio.Event()
    broker = RedisBroker(rig.url, **cast("Any", {"logger": None}))
    place = StreamSub("ratings", group=GROUP, consumer="single", max_records=CHUNK, polling_interval=CHUNK)
    handled = 0

    @broker.subscriber(stream=place, ack_policy=AckPolicy.REJECT_ON_ERROR)
    async def on_rating(envelope: TypedEnvelope) -> None:
        nonlocal handled
        meter.batch()
        with engine.begin() as connection:
            write(connection, [fact(envelope.data)])
        handled += 1
        if handled == FEW:
            done.set()

    await broker.start()
    await done.wait()
    rate = meter.rate(FEW, first=1)
    await broker.stop()
    engine.dispose()
    await db.close()
    return rate


async def measure() -> list[Result]:
    """Measure all three on one rig."""
    tune_interpreter()
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        server = ValkeyServer(Path(folder))
        server.start()
        try:
            return await _measure(Rig(server.url, Path(folder)))
        finally:
            server.kill()


async def _measure(rig: Rig) -> list[Result]:
    await rig.fill()
    await ours(rig)  # Warms both sides: imports, page cache, compiled SQL.
    rounds = [(await ours(rig), await raw(rig)) for _ in range(RUNS)]
    fast, limit = (statistics.median(side) for side in zip(*rounds, strict=True))
    single = await one_by_one(rig)
    await rig.redis.aclose()
    per_batch = "our reader (FastStream batch, cursor, fence, acknowledgement after the commit)"
    return [
        Result("ratings.consumer", fast, limit, "events/s", f"{per_batch} by a raw reader with the same SQL"),
        Result(
            "ratings.handler", fast, single, "events/s", f"{per_batch} by one FastStream handler per message"
        ),
    ]
