"""`rebuild.metrics`: the facts of metrics recomputed from the archive, against reading and parsing all its events.

The archive holds what a year brings in its proportion: of a hundred events ninety-eight are ratings, one is of a
service, one of a task. Both on SQLite; the rebuild migrates, replays, counts everything to its end and swaps in; it
is the command itself, in a process of its own.
`rebuild.memory` is the highest resident memory in the later half of the rebuild, by that in the first. EVENTS=n sets
how many there are; the design's million takes a quarter of an hour with its making.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from deploy.rebuild.places import Places, archive
from services.gateway.archive import service as archiving
from shared.events import FEEDS
from shared.events.envelope import Envelope, Event, Feed, Meta, render
from shared.streams import Entry
from shared.streams.replay import PAGE
from shared.testing import FakeClock, sqlite_database
from tests.bench.result import Result
from tests.bench.size import either
from tests.metrics import factories as make
from tests.metrics.rates import made

NAMES = ("rebuild.metrics", "rebuild.memory")
EVENTS = int(os.environ.get("EVENTS") or either(100_000, 5_000))
BATCH, PAUSE = 5_000, 0.1


def _event(number: int) -> Event:
    """Give the event at a place of the year: a rating, but of a hundred one of a service and one of a task."""
    turn = number // 100
    if number % 100 == 0:
        return make.registered(f"t{turn // 2}") if turn % 2 == 0 else make.submitted(f"t{turn // 2}")
    if number % 100 == 1:
        return made.accepted(f"s{turn // 2}") if turn % 2 == 0 else made.completed(f"s{turn // 2}")
    when = make.NOW - timedelta(days=number % 150)
    return make.rating(number, channel=("pc", "qr")[number % 2], rated_at=when, hall=f"H{number % 5}")


def _entries() -> Iterator[Entry]:
    places = Counter[Feed]()
    for number in range(EVENTS):
        event = _event(number)
        places[event.feed()] += 1
        at = places[event.feed()]
        meta = Meta(id=f"e{number}", source="/bench", time=make.NOW, revision=1 + number // 100 % 2)
        yield Entry(event.feed(), at, render(event, meta=meta, sequence=at))


async def fill_archive(folder: Path) -> None:
    """Fill an archive with all events."""
    db = sqlite_database("gateway", folder, FakeClock())
    waiting: dict[Feed, list[Entry]] = {feed: [] for feed in FEEDS}

    async def flush(feed: Feed) -> None:
        batch, waiting[feed] = waiting[feed], []
        await db.run_sync(lambda tx: archiving.archive(tx.connection, batch))

    for entry in _entries():
        waiting[entry.feed].append(entry)
        if len(waiting[entry.feed]) == BATCH:
            await flush(entry.feed)
    for feed in FEEDS:
        await flush(feed)
    await db.close()


async def _scan(found: Places) -> float:
    """Read and parse every event, page by page; gives the seconds."""
    began, count = time.perf_counter(), 0
    async with archive(found) as held:
        for feed in held.ends:
            after = 0
            while page := await held.history.read(feed, after, PAGE):  # type: ignore[arg-type]
                known = Envelope.read_all([entry.raw for entry in page])
                count += sum(isinstance(one, Envelope) for one in known)
                after = page[-1].sequence
    assert count == EVENTS
    return time.perf_counter() - began


async def _rebuild(folder: Path) -> tuple[float, list[float]]:
    """Run the command; gives the seconds that it says, and the resident memory of its process along the way."""
    command = [sys.executable, "-m", "deploy.cli", "rebuild", "metrics", "--data", str(folder), "--json"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: ASYNC220 - nothing else runs.
        samples = []
        while process.poll() is None:
            samples.append(resident(process.pid))
            await asyncio.sleep(PAUSE)
        assert process.stdout is not None
        done = json.loads(process.stdout.read())
    assert (done["events"], done["parked"]) == (EVENTS, 0)
    return time.perf_counter() - began, samples


def resident(process: int) -> float:
    """Give the resident memory of a process now, in megabytes; nought when it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 2**20


async def measure() -> list[Result]:
    """Measure both."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as name:
        folder = Path(name)
        await fill_archive(folder)
        await sqlite_database("metrics", folder, FakeClock()).close()
        url = partial("sqlite:///{}/{}.db".format, folder)
        found = Places(url("metrics"), url("gateway"), "", "", FakeClock())
        before = await _scan(found)
        took, samples = await _rebuild(folder)
        bare = (before + await _scan(found)) / 2  # Before and behind: others may use the machine too.
    half = len(samples) // 2 or 1
    what = f"{EVENTS:,} events"
    return [
        Result("rebuild.metrics", took, bare, "s", f"a rebuild from {what}; reading and parsing them all"),
        Result(
            "rebuild.memory",
            max(samples[half:] or samples),
            max(samples[:half]),
            "MB",
            f"resident memory in the later half of a rebuild from {what}; in the first",
        ),
    ]
