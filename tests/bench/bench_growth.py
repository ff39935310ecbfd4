"""What a rating costs when many are stored: CPU from the request to its place in archive, facts and counts.

The gateway's intake over its HTTP app, its archive, and the facts and rolls of metrics, on SQLite as they run, all in
this process: CPU time, so that a busy machine changes little. Valkey keeps no more the longer it runs, and tasks and
notify store nothing of a rating that is not bad, so they are left out. RATINGS=n sets how many there are.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
from sqlalchemy import select

from services.metrics import service, service_ratings
from services.metrics.rates import service as rates
from services.metrics.rates.service import Asked
from shared.database import Database
from shared.events.envelope import Envelope
from shared.streams import Entry
from shared.tables import OUTBOX
from shared.testing import FakeClock, sqlite_database
from tests.bench.result import Result
from tests.bench.size import either
from tests.drill.feeds.made import codes
from tests.gateway.world import World, gateway

NAMES = ("ratings.growth", "ratings.memory", "ratings.answer", "ratings.scrape")
PARTS, BATCH, SOURCE = 20, either(5_000, 1_000), "growth"
RATINGS = int(os.environ.get("RATINGS") or either(200_000, 20_000))
NOW = datetime(2023, 6, 20, 1, tzinfo=UTC)
WITHIN = date(2023, 1, 11), date(2023, 4, 19)  # Begins and ends inside months.


@dataclass(frozen=True, slots=True)
class Part:
    """What the last ratings of a part cost, and how things are after them.

    Attributes:
        cost: Seconds of CPU of the whole part.
        memory: Resident megabytes of this process.
        answer: Seconds of the slowest of some answers on the rate of satisfaction.
        scrape: Seconds to count what Prometheus reads.
    """

    cost: float
    memory: float
    answer: float
    scrape: float


async def measure() -> list[Result]:
    """Measure the first part and the last."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        async with gateway(Path(folder), FakeClock(NOW)) as world:
            db = sqlite_database("metrics", Path(folder), FakeClock(NOW))
            parts = [part async for part in _parts(world, db)]
            await db.close()
    each, first, last = RATINGS // PARTS, parts[0], parts[-1]
    what = f"the last {each:,} of {RATINGS:,} ratings by the first {each:,}"
    micro = 1e6 / each
    return [
        Result("ratings.growth", last.cost * micro, first.cost * micro, "µs", f"CPU for a rating: {what}"),
        Result("ratings.memory", last.memory, first.memory, "MB", f"resident memory: {what}"),
        Result("ratings.answer", last.answer, first.answer, "s", f"the slowest of four answers: {what}"),
        Result("ratings.scrape", last.scrape, first.scrape, "s", f"the facts for Prometheus: {what}"),
    ]


async def _parts(world: World, db: Database) -> AsyncIterator[Part]:
    """Send part after part, and have each archived, kept and counted."""
    units, read = codes(), 0
    async with await world.client("ratings:write", "ops:write") as client:
        said = {"name": "增长", "form": "duban"}
        (await client.put(f"/api/v1/feed-sources/{SOURCE}", json=said)).raise_for_status()
        for begin in range(0, RATINGS, RATINGS // PARTS):
            cost = 0.0
            for number in range(begin, begin + RATINGS // PARTS, BATCH):
                body = "\n".join(_line(one, units) for one in range(number, number + BATCH)).encode()
                began = time.process_time()
                await _post(client, body)
                read = await _carry(world, db, read)
                cost += time.process_time() - began
            part = Part(cost, _memory(), await _answer(db), await _scrape(db))
            sys.stderr.write(f"{begin + RATINGS // PARTS:,} ratings: {part}\n")
            yield part


async def _post(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(
        f"/api/v1/feeds/{SOURCE}", content=body, headers={"content-type": "application/x-ndjson"}
    )
    assert answer.is_success, answer.text[:500]
    assert answer.json()["accepted"] == BATCH, answer.text[:500]


async def _carry(world: World, db: Database, read: int) -> int:
    """Take what was published to the archive and to metrics, and roll it up; give how far that was."""
    fresh = select(OUTBOX.c.seq, OUTBOX.c.payload).where(OUTBOX.c.stream == "ratings", OUTBOX.c.seq > read)
    async with world.db.reading() as session:
        rows = (await session.execute(fresh.order_by(OUTBOX.c.seq))).all()
    await world.archive(*(Entry("ratings", row.seq, row.payload) for row in rows))
    envelopes = [Envelope.read(row.payload) for row in rows]
    await db.run_sync(lambda tx: service_ratings.learn_ratings(tx, envelopes))
    async with db.transaction() as tx:
        await service_ratings.roll_up_ratings(tx)
    await db.run_sync(service_ratings.roll_up_places)
    return int(rows[-1].seq)


async def _answer(db: Database) -> float:
    """Ask for the rate of satisfaction; give the seconds of the slowest answer."""
    took = []
    for by, span in (("unit", ()), ("item", ()), ("unit", WITHIN), ("channel", WITHIN)):
        first, last = span or (None, None)
        asked = Asked("ratings.satisfaction", by, NOW, first=first, last=last)
        began = time.perf_counter()
        async with db.reading() as session:
            answer = await (await session.connection()).run_sync(rates.answer, asked)
        took.append(time.perf_counter() - began)
        assert answer.whole.numerator
    return max(took)


async def _scrape(db: Database) -> float:
    began = time.perf_counter()
    async with db.reading() as session:
        await service.picture(session, now=NOW)
    return time.perf_counter() - began


def _memory() -> float:
    """Give the resident memory now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _line(number: int, units: tuple[str, ...]) -> str:
    """Write a rating of one of 41 units and 328 items, on a day from January to May; 0.012 % are bad."""
    unit, day = units[number * 7 % len(units)], 1 + number * 13 % 28
    level = 1 if number % 8333 == 8332 else 5
    hall = f'"hall": "H{number % 5}", "window": "W{number % 12:02d}", "clerk": "C{number % 240:03d}"'
    where = f'"unit_code": "{unit}", "item_code": "{unit}01{number % 8:04d}", "region_code": "6199{1 + number % 8:02d}"'
    when = f"2023-{1 + number % 5:02d}-{day:02d}T10:00:00+08:00"
    return (
        f'{{"project_no": "6199{number:012d}", "service_number": 1, {where}, {hall}, "channel": "{1 + number % 7}",'
        f' "satisfaction": "{level}", "rated_at": "{when}"}}'
    )
