"""Measures the deadline engine: how late a crowd of notices is decided, and how long a missed day takes.

The real engine, SQLite file and bus (Valkey on a private socket) run in this process; all channels are off, so a
notice goes into the inbox and the stream.
"""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import insert

from services.notify.adapters import BusLedgerReader
from services.notify.domain import Reading, late_after
from services.notify.engine import Engine, Patience
from services.notify.handlers import build_handlers
from services.notify.instruments import Instruments
from services.notify.models import ClockRow, TaskRow, TaskUnitRow
from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import shipped_rules
from services.notify.service_notices import Decision
from shared.background import Repeating
from shared.clock import Clock, DrillClock, end_of_day
from shared.database import Database
from shared.streams import Bus
from shared.testing import sqlite_database
from shared.testing_servers import ValkeyServer
from shared.web import Part
from tests.bench.result import Result
from tests.bench.size import either

NAMES = ("clocks.lateness_p99", "clocks.catch_up")
CLOCKS = either(10_000, 500)
ONE_DAY = timedelta(days=1)
REMINDED_AT = datetime(2023, 6, 30, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai of the due day.


class Lateness(Instruments):
    """Keeps every lateness, in real seconds, after the commit of its round."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(registry)
        self.seconds: list[float] = []
        self.complete = asyncio.Event()

    def decided(self, decisions: Sequence[Decision], reading: Reading, clock: Clock) -> None:
        """Keep what a committed round decided."""
        super().decided(decisions, reading, clock)
        told = (one for one in decisions if one.verdict.is_told)
        self.seconds += [-clock.real_seconds_until(one.notice.rung.planned_at) for one in told]
        if len(self.seconds) >= CLOCKS:
            self.complete.set()


async def add_clocks(db: Database, dues: Sequence[datetime], *, recorded_at: datetime) -> None:
    """Add one task with one lead and one running clock for each due instant, to be looked at at 09:00."""
    ids = [f"t{number}" for number in range(len(dues))]
    task = {"kind": "action", "number": "1", "title": "推进项目建设", "state": "assigned", "revision": 1}
    clock = {"clock": "finish", "kind": "action", "printed": True, "revision": 1}
    clock |= {"started_at": recorded_at, "recorded_at": recorded_at, "decided_offset": -3}
    async with db.transaction() as tx:
        await adopt_shipped(tx, shipped_rules())
        await tx.session.execute(insert(TaskRow), [{"task_id": task_id, **task} for task_id in ids])
        roles = [
            {"task_id": task_id, "unit_id": f"u{number % 44}", "role": "lead", "place": 0}
            for number, task_id in enumerate(ids)
        ]
        await tx.session.execute(insert(TaskUnitRow), roles)
        rows = [
            {
                "task_id": task_id,
                **clock,
                "due_at": due,
                "next_at": due - timedelta(hours=15) + timedelta(seconds=1),
            }
            for task_id, due in zip(ids, dues, strict=True)
        ]
        await tx.session.execute(insert(ClockRow), rows)


@contextlib.asynccontextmanager
async def running(db: Database, redis_url: str, lateness: Lateness) -> AsyncIterator[None]:
    """Run bus and engine."""
    registry = CollectorRegistry()
    bus = Bus(
        redis_url=redis_url,
        db=db,
        handlers=build_handlers(),
        publishes=["deadlines"],
        holder="bench",
        history=None,
        registry=registry,
    )
    patience = Patience(late_after(speed=1), timedelta(seconds=30))
    engine = Engine(db, BusLedgerReader(bus), channels=(), patience=patience, instruments=lateness)
    parts: list[Part] = [bus, Repeating("engine", engine.step)]
    for part in parts:
        await part.start()
    try:
        yield
    finally:
        for part in reversed(parts):
            await part.stop()


async def measure_lateness(folder: Path, redis_url: str) -> Result:
    """Measure the lateness of a crowd that is due in the same second."""
    clock = DrillClock(datetime.now(UTC) + timedelta(seconds=8), REMINDED_AT)
    db, lateness = sqlite_database("notify", folder, clock), Lateness(CollectorRegistry())
    await add_clocks(db, [end_of_day(REMINDED_AT.date())] * CLOCKS, recorded_at=REMINDED_AT - 10 * ONE_DAY)
    async with running(db, redis_url, lateness):
        await lateness.complete.wait()
    await db.close()
    seconds = sorted(lateness.seconds)
    what = (
        f"Real seconds from the planned instant to the committed decision, 99th percentile of {CLOCKS} clocks due "
        f"in the same second (p50 {seconds[len(seconds) // 2]:.2f}, max {seconds[-1]:.2f}); no baseline."
    )
    return Result("clocks.lateness_p99", seconds[int(len(seconds) * 0.99)], None, "s", what)


async def measure_catch_up(folder: Path, redis_url: str) -> Result:
    """Measure how long missed reminders of one day take from the start of bus and engine."""
    clock = DrillClock(datetime.now(UTC), REMINDED_AT + ONE_DAY / 2)
    db, lateness = sqlite_database("notify", folder, clock), Lateness(CollectorRegistry())
    await add_clocks(db, [end_of_day(REMINDED_AT.date())] * CLOCKS, recorded_at=REMINDED_AT - 10 * ONE_DAY)
    began = time.perf_counter()
    async with running(db, redis_url, lateness):
        await lateness.complete.wait()
        took = time.perf_counter() - began
    await db.close()
    what = (
        f"Seconds from the start of bus and engine until {CLOCKS} missed reminders are decided; "
        "baseline: a bare sqlite3 loop that only updates the same rows, 500 a transaction."
    )
    return Result("clocks.catch_up", took, bare_updates(folder / "notify.db"), "s", what)


def bare_updates(path: Path) -> float:
    """Measure a loop that does nothing but set `next_at` of every clock, as durably as the engine."""
    began = time.perf_counter()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        rows = connection.execute("SELECT task_id, clock FROM clocks").fetchall()
        for start in range(0, len(rows), 500):
            chunk = rows[start : start + 500]
            connection.executemany("UPDATE clocks SET next_at = NULL WHERE task_id = ? AND clock = ?", chunk)
            connection.commit()
    return time.perf_counter() - began


async def measure() -> list[Result]:
    """Measure both."""
    results = []
    for one in (measure_lateness, measure_catch_up):
        folder = Path(tempfile.mkdtemp(prefix="duban-bench-"))
        valkey = ValkeyServer(folder)
        valkey.start()
        results.append(await one(folder, valkey.url))
        valkey.kill()
        shutil.rmtree(folder)
    return results
