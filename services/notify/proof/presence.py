"""Writes down that this replica lives, so that a downtime can be told from a backlog."""

from datetime import datetime

from services.notify.proof import repository
from shared.database import Database

BEAT_S = 10.0  # Real seconds; a downtime is known to begin at most so long before it did.


class Presence:
    """One life of this replica."""

    def __init__(self, db: Database, *, holder: str) -> None:
        self._db = db
        self._holder = holder
        self._started_at: datetime | None = None

    async def step(self) -> float:
        """Say that it lives; give the real seconds until it has to be said again."""
        async with self._db.transaction() as tx:
            self._started_at = self._started_at or tx.now
            await repository.keep_run(tx.session, self._holder, self._started_at, alive_at=tx.now)
        return BEAT_S
