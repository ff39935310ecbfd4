"""Removes services that were finished long ago, a few at a time; their notices stay."""

from datetime import timedelta

from services.notify.monitoring import repository
from shared.database import Database

AT_ONCE = 1_000  # Services in one transaction, which the engine waits behind on SQLite.
PAUSE_S, REST_S = 1.0, 3_600.0  # Real seconds between two transactions, and between two looks.


class Retention:
    """Keeps finished services for so long (real time)."""

    def __init__(self, db: Database, *, keep: timedelta) -> None:
        self._db = db
        self._keep = keep

    async def step(self) -> float:
        """Remove some of what is older; give the real seconds until the next look."""
        before = self._db.clock.real_now() - self._keep
        async with self._db.transaction() as tx:
            gone = await repository.forget_finished(tx.session, before, limit=AT_ONCE)
        return PAUSE_S if gone == AT_ONCE else REST_S
