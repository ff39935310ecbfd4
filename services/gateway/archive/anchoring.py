"""Anchors the archive once a day, at the beginning of the day in Shanghai, and tells it to everybody.

Then what is past its retention is removed, if there is one.
"""

from datetime import datetime, timedelta

from services.gateway.archive.domain import Anchor, is_due
from services.gateway.archive.repository import chain_end
from services.gateway.archive.repository_anchors import add_anchor, lock_end, newest_anchor
from services.gateway.archive.retention import Retention
from shared.background import Repeating
from shared.clock import local_date
from shared.database import Database, Tx
from shared.events.exchange import ArchiveAnchored

REST = 60.0  # Real seconds between two looks whether a day has begun.


async def anchor_day(tx: Tx, *, real_now: datetime) -> Anchor | None:
    """Record where the archive stands and publish it, unless that was done today or there is nothing new."""
    position, hashed = await lock_end(tx.session)
    if not is_due(await newest_anchor(tx.session), local_date(tx.now), position):
        return None
    anchor = Anchor(local_date(tx.now), position, hashed)
    add_anchor(tx.session, anchor, real_now=real_now)
    tx.publish(ArchiveAnchored(day=anchor.day, position=position, hash=hashed.hex()))
    return anchor


class Anchoring:
    """The daily anchoring as one part of the app; of several replicas, whichever comes first does it."""

    def __init__(self, db: Database, retention: Retention, age: timedelta | None) -> None:
        """Make it; what was anchored longer than `age` ago is removed, nothing for None."""
        self._db = db
        self._retention = retention
        self._age = age
        self._loop = Repeating("anchors of the archive", self.step)

    async def start(self) -> None:
        """Begin."""
        await self._loop.start()

    async def stop(self) -> None:
        """End."""
        await self._loop.stop()

    def problems(self) -> list[str]:
        """Say why it fails."""
        return self._loop.problems()

    async def step(self) -> float:
        """Anchor if a day has begun; give the real seconds until the next look."""
        async with self._db.reading() as session:
            newest, end = await newest_anchor(session), (await chain_end(session))[0]
        clock = self._db.clock
        if is_due(
            newest, local_date(clock.now()), end
        ):  # Looked at first: writers are not held up every minute.
            async with self._db.transaction() as tx:
                await anchor_day(tx, real_now=clock.real_now())
            if self._age is not None:
                await self._retention.expire(self._age)
        return REST
