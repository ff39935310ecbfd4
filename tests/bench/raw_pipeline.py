"""The baseline of `ratings.batch`: a raw pipeline publisher and a raw reader that counts, each a process of its own.

`python -m tests.bench.raw_pipeline publish|read REDIS_URL COUNT FOLDER`: says "ready", waits for a line, works.
"""

import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from shared.events.envelope import Envelope, Meta, render
from shared.events.ratings import RatingSubmitted

STREAM, GROUP, CHUNK = "raw", "raw", 500
TABLE = """
CREATE TABLE rating (position INTEGER PRIMARY KEY, rating_id TEXT UNIQUE, unit_code TEXT, channel TEXT, level INT,
    is_default INT, rated_at TEXT, day TEXT);
CREATE TABLE stream_cursor (last_seq INT);
INSERT INTO stream_cursor VALUES (0);
"""
INSERT = """INSERT INTO rating (rating_id, unit_code, channel, level, is_default, rated_at, day)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


def payload(sequence: int) -> bytes:
    """Write the event that the gateway publishes for `http_load.rating`."""
    now = datetime.now(UTC)
    event = RatingSubmitted(
        rating_id=f"r-{sequence:032x}",
        project_no=f"37{sequence:020d}",
        service_number=1,
        unit_code="11370800MB2855926Y",
        item_code="370100000000000000",
        region_code="370800000000",
        channel="pc",
        level=5,
        scheme="push",
        raw_code="5",
        reasons=("510", "511"),
        rated_at=now,
    )
    meta = Meta(
        id=f"0198c0de-0000-7000-8000-{sequence:012d}", source="/services/gateway", time=now, revision=1
    )
    return render(event, meta=meta, sequence=sequence)


def publish(redis: Redis, payloads: list[bytes]) -> None:
    """Append all in pipelines of 500."""
    for begin in range(0, len(payloads), CHUNK):
        pipeline = redis.pipeline(transaction=False)
        for one in payloads[begin : begin + CHUNK]:
            pipeline.xadd(STREAM, {"__data__": one})
        pipeline.execute()


def read(redis: Redis, database: sqlite3.Connection, count: int) -> None:
    """Read, validate, insert and acknowledge until `count` are counted."""
    done = 0
    while done < count:
        found: Any = redis.xreadgroup(GROUP, "one", {STREAM: ">"}, count=CHUNK, block=1000)
        entries: list[tuple[bytes, dict[bytes, bytes]]] = found[0][1] if found else []
        rows = [_row(Envelope.read(fields[b"__data__"])) for _, fields in entries]
        database.execute("BEGIN IMMEDIATE")
        database.executemany(INSERT, rows)
        done += len(entries)
        database.execute("UPDATE stream_cursor SET last_seq = ?", (done,))
        database.execute("COMMIT")
        if entries:
            redis.xack(STREAM, GROUP, *(entry for entry, _ in entries))


def _row(found: Envelope) -> tuple[object, ...]:
    rating = found.data
    assert isinstance(rating, RatingSubmitted)
    when = rating.rated_at.isoformat()
    return (
        rating.rating_id,
        rating.unit_code,
        rating.channel,
        rating.level,
        rating.is_default,
        when,
        when[:10],
    )


def open_database(path: Path) -> sqlite3.Connection:
    """Make the reader's database, as durable as ours."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.executescript(TABLE)
    return database


def main() -> None:
    """Play one of the two roles."""
    role, url, count, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    redis = Redis.from_url(url)
    payloads = [payload(number) for number in range(1, count + 1)] if role == "publish" else []
    database = open_database(folder / "raw.db") if role == "read" else None
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    if database is None:
        publish(redis, payloads)
    else:
        read(redis, database, count)


if __name__ == "__main__":
    main()
