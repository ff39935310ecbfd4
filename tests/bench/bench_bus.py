"""How fast ratings are consumed: our reader against a raw one with the same SQL, and against one handler per message.

All three read the same 20,000 events from a Valkey of their own (append-only file on, fsync each second) and insert
the same rows into SQLite (WAL, synchronous=FULL); each side runs three times, alternating, and its median counts.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from faststream import AckPolicy
from faststream.redis import RedisBroker, RedisStreamMessage, StreamSub
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import Connection

from shared.clock import LiveClock
from shared.database import Database, SyncTx, sync_url
from shared.events.envelope import Envelope, Meta, render
from shared.events.ratings import RatingSubmitted
from shared.streams import Bus, Handlers
from shared.streams.keys import mark_key, script
from shared.tables import BUS, HEADS
from shared.testing_servers import ValkeyServer
from tests.bench.result import Result

EVENTS, FEW, CHUNK, RUNS = 40_000, 1_500, 500, 3
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


def on_ratings(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Handle a batch."""
    write(tx.connection, [fact(envelope.data) for envelope in envelopes])


class Rig:
    """A filled stream, and new databases for each run."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.redis = Redis.from_url(url)
        self._folder = folder
        self._made = 0

    async def fill(self) -> None:
        """Append the events as the relay does."""
        append = self.redis.register_script(script("append"))
        for first in range(1, EVENTS + 1, CHUNK):
            rows = [part for seq in range(first, first + CHUNK) for part in (seq, event(seq))]
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
        return Database(url, service="metrics", clock=LiveClock())


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


async def count(db: Database) -> int:
    """Count the facts."""
    async with db.reading() as session:
        return await session.scalar(text("SELECT count(*) FROM fact")) or 0


async def ours(rig: Rig) -> float:
    """Measure our reader in events a second."""
    db = await rig.again()
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
    began = time.perf_counter()
    await bus.start()
    while bus.cursor("ratings") < EVENTS:
        await asyncio.sleep(0.05)
    seconds = time.perf_counter() - began
    await bus.stop()
    assert await count(db) == EVENTS
    await db.close()
    return EVENTS / seconds


async def raw(rig: Rig) -> float:
    """Measure a raw reader: XREADGROUP 500, validate, the same SQL, XACK."""
    db = await rig.again()
    validate = TypedEnvelope.__pydantic_validator__.validate_json
    read, began = 0, time.perf_counter()
    while read < EVENTS:
        asked = rig.redis.xreadgroup(GROUP, "raw", {"ratings": ">"}, count=CHUNK)
        entries = cast("Any", await asked)[0][1]
        rows = [fact(validate(fields[b"__data__"]).data) for _, fields in entries]
        with db._sync_engine.begin() as connection:
            write(connection, rows)
        await rig.redis.xack("ratings", GROUP, *(entry for entry, _ in entries))
        read += len(entries)
    seconds = time.perf_counter() - began
    assert await count(db) == EVENTS
    await db.close()
    return EVENTS / seconds
