"""One process of a kill loop: `publisher` commits and relays units, `reader` handles them, `counter` in batches.

Run as `python -m tests.chaos.worker ROLE FOLDER REDIS_URL`; it works until it is killed.
"""

import asyncio
import itertools
import os
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry

from shared.clock import LiveClock
from shared.database import Database
from shared.events.ratings import RatingSubmitted
from shared.events.supervision import UnitRegistered
from shared.streams import Bus, Handlers
from tests.shared.world import Failing, rating, unit

SUBJECTS = 40
SERVICES = {"publisher": "tasks", "rater": "gateway", "reader": "notify", "counter": "metrics"}


def handlers_of(role: str) -> Handlers | None:
    """Build what a role does with events."""
    effect = Failing()
    if role == "reader":
        reading = Handlers("notify")
        reading.on(UnitRegistered, effect.one)
        return reading
    if role == "counter":
        counting = Handlers("metrics")
        counting.on_many(RatingSubmitted, effect.many)
        return counting
    return None


async def publish(role: str, db: Database, folder: Path) -> None:
    """Commit events, a few at a time, until the driver says stop; note each commit that returned."""
    noted = os.open(folder / f"{role}.acknowledged", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    make = unit if role == "publisher" else rating
    for number in itertools.count():
        if (folder / "stop").exists():
            return
        size = 1 + number * 7 % 30
        async with db.transaction() as tx:
            for at in range(size):
                tx.publish(make(f"s{(number + at) % SUBJECTS}"))
        os.write(noted, b"%d\n" % size)
        await asyncio.sleep(0.002)


async def main(role: str, folder: Path, redis_url: str) -> None:
    """Work until killed."""
    service = SERVICES[role]
    db = Database(f"sqlite:///{folder}/{role}.db", service=service, clock=LiveClock())
    feeds = {"publisher": ("supervision",), "rater": ("ratings",)}
    bus = Bus(
        redis_url=redis_url,
        db=db,
        handlers=handlers_of(role),
        publishes=feeds.get(role, ()),  # type: ignore[arg-type]  # Literals, but mypy sees str.
        holder=role,
        history=None,
        registry=CollectorRegistry(),
    )
    await bus.start()
    if role in feeds:
        await publish(role, db, folder)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
