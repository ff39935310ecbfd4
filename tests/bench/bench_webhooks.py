"""Measures deliveries over webhooks: how many a second, how late, and what a dead and a slow receiver cost the others.

The real engine and SQLite file run in this process; the receiver is a process of its own.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import httpx

from services.gateway.archive import service as archive_service
from services.gateway.archive.domain_filters import Filters
from shared.clock import LiveClock
from shared.database import Database, SyncTx
from shared.events.envelope import Meta, render
from shared.streams import Entry
from shared.testing import sqlite_database
from tests.bench.result import Result
from tests.bench.size import either
from tests.gateway.subscriptions.world import engine_over, rated, subscribe

NAMES = ("webhook.deliveries", "webhook.p50", "webhook.p99", "webhook.p99_beside_dead")
EVENTS = either(3_000, 100)
SUBSCRIBERS, PER_SECOND, SECONDS, RUNS = 20, 200, either(10, 1), either(3, 1)
AT_ONCE = 32
TICK_S = 0.05
HOSTS = "127.0.0.0/8"


class Receiver:
    """The receiver, as a process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdout is not None
        self.url = f"http://127.0.0.1:{process.stdout.readline().strip()}"

    def arrivals(self, path: str) -> dict[str, float]:
        """Give when each webhook id came to a path."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        found: dict[str, float] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Start the receiver."""
    command = [sys.executable, "-m", "tests.bench.receiver"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Receiver(process)
        process.kill()


@asynccontextmanager
async def archive() -> AsyncIterator[Database]:
    """Open an empty archive in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        db = sqlite_database("gateway", Path(folder), LiveClock())
        yield db
        await db.close()


def _append(entries: Sequence[Entry], tx: SyncTx) -> None:
    archive_service.archive(tx.connection, entries)


def entries(first: int, count: int) -> list[Entry]:
    """Write ratings, each of its own subject; the unit goes round the subscribers."""
    made = []
    for number in range(first, first + count):
        event = rated(f"r{number}", unit=f"u{number % SUBSCRIBERS}")
        meta = Meta(id=f"e{number}", source="/services/gateway", time=LiveClock().now())
        made.append(Entry("ratings", number, render(event, meta=meta, sequence=number)))
    return made


async def until_arrived(receiver: Receiver, path: str, count: int) -> float:
    """Wait until so many came to a path; give when the last of them did."""
    found: dict[str, float] = {}
    while len(found) < count:
        found = await _asked_later(receiver, path)
    return max(found.values())


async def _asked_later(receiver: Receiver, path: str) -> dict[str, float]:
    await asyncio.sleep(TICK_S)
    return await asyncio.to_thread(receiver.arrivals, path)


async def deliveries_per_second(receiver: Receiver) -> float:
    """Deliver what stands in the archive to one subscriber."""
    async with archive() as db:
        await db.run_sync(partial(_append, entries(1, EVENTS)))
        await subscribe(db, f"{receiver.url}/ours", hosts=HOSTS, at_once=AT_ONCE)
        engine = engine_over(db, hosts=HOSTS)
        begin = time.time()
        await engine.start()
        seconds = await until_arrived(receiver, "/ours", EVENTS) - begin
        await engine.stop()
    return EVENTS / seconds


async def bare_posts_per_second(receiver: Receiver) -> float:
    """Post the same bytes with httpx and nothing else."""
    waiting = iter(entries(1, EVENTS))
    url, headers = f"{receiver.url}/bare", {"content-type": "application/cloudevents+json"}
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:

        async def work() -> None:
            for one in waiting:
                await client.post(url, content=one.raw, headers=headers | {"webhook-id": str(one.sequence)})

        begin = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return EVENTS / (time.perf_counter() - begin)


async def lateness(receiver: Receiver, prefix: str, *, troubled: bool) -> list[float]:
    """Publish for a while to subscribers that each want a share; give how late each event came, in s, ascending.

    Args:
        receiver: Where they all are.
        prefix: Of their paths.
        troubled: The first receiver is dead and the second slow; the others alone are measured.
    """
    paths = [f"{prefix}{number}" for number in range(SUBSCRIBERS)]
    urls = [receiver.url + path for path in paths]
    if troubled:
        urls[:2] = ["http://127.0.0.1:9/dead", f"{receiver.url}/slow"]
    async with archive() as db:
        for number, url in enumerate(urls):
            filters = Filters(units=(f"u{number}",))
            await subscribe(db, url, f"s{number}", hosts=HOSTS, filters=filters, at_once=8)
        engine = engine_over(db, hosts=HOSTS)
        await engine.start()
        published = await _publish(db, engine.wake)
        late = await _lateness(receiver, paths[2:], published)
        await engine.stop()
    return sorted(late)


def percentile(runs: Sequence[Sequence[float]], share: int) -> float:
    """Give the value that so many of a hundred are below, in the middle one of some runs."""
    return statistics.median(late[len(late) * share // 100] for late in runs)


async def _publish(db: Database, wake: Callable[[], None]) -> dict[str, float]:
    share, sequence, published = round(PER_SECOND * TICK_S), 1, dict[str, float]()
    begin = time.perf_counter()
    for tick in range(round(SECONDS / TICK_S)):
        await asyncio.sleep(max(0.0, begin + tick * TICK_S - time.perf_counter()))
        made = entries(sequence, share)
        published |= {f"e{one.sequence}": time.time() for one in made}
        await db.run_sync(partial(_append, made))
        wake()
        sequence += share
    return published


async def _lateness(receiver: Receiver, paths: Sequence[str], published: dict[str, float]) -> list[float]:
    wanted = {name for name in published if int(name[1:]) % SUBSCRIBERS >= SUBSCRIBERS - len(paths)}
    while True:
        arrived: dict[str, float] = {}
        for path in paths:
            arrived |= await asyncio.to_thread(receiver.arrivals, path)
        if wanted <= arrived.keys():
            return [arrived[name] - published[name] for name in wanted]
        await asyncio.sleep(TICK_S)


async def measure() -> list[Result]:
    """Measure all of it."""
    with receiving() as receiver:
        ours, bare = await deliveries_per_second(receiver), await bare_posts_per_second(receiver)
        well, beside = list[list[float]](), list[list[float]]()
        for run in range(RUNS):  # In turns, so that what else the machine does meets both.
            well.append(await lateness(receiver, f"/w{run}-", troubled=False))
            beside.append(await lateness(receiver, f"/t{run}-", troubled=True))
    shared = f"{SUBSCRIBERS} subscribers share {PER_SECOND} events/s"
    return [
        Result(
            NAMES[0], ours, bare, "1/s", "archive to receiver with records and order, of a bare httpx loop"
        ),
        Result(NAMES[1], percentile(well, 50), None, "s", f"event to receiver, half of them; {shared}"),
        Result(NAMES[2], percentile(well, 99), None, "s", f"event to receiver, 99 of 100; {shared}"),
        Result(
            NAMES[3],
            percentile(beside, 99),
            percentile(well, 99),
            "s",
            "99 of 100 with one dead and one that answers in 10 s, of the same others without these",
        ),
    ]
