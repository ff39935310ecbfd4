"""Forgets what is over since long: refused records that were dealt with, and attempts of states that went back.

Invariant: nothing that is open is forgotten, nor that a state went back and how often; each step removes a few.
"""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.repository_rejects import forget_decided
from services.gateway.returns.repository_lists import forget_attempts
from shared.database import Database

AT_ONCE = 500  # Rows in one transaction.
PAUSE_S, REST_S = 1.0, 3_600.0  # Real seconds between two transactions, and between two looks.


class Forget(Protocol):
    """Removes rows that are kept since before a real time, at most `limit`, and gives how many."""

    def __call__(self, session: AsyncSession, before: datetime, *, limit: int) -> Awaitable[int]:
        """Do it."""
        ...


class Retention:
    """Keeps each kind of rows for so long (real time)."""

    def __init__(
        self, db: Database, registry: CollectorRegistry, *, rejects: timedelta, attempts: timedelta
    ) -> None:
        self._db = db
        self._kinds: dict[str, tuple[Forget, timedelta]] = {
            "reject": (forget_decided, rejects),
            "return_attempt": (forget_attempts, attempts),
        }
        self._forgotten = Counter(
            "duban_forgotten_rows",
            "Rows past their retention that were removed.",
            ["kind"],
            registry=registry,
        )
        for kind in self._kinds:
            self._forgotten.labels(kind)

    async def step(self) -> float:
        """Remove some of what is older; give the real seconds until the next look."""
        wait = REST_S
        for kind, (forget, keep) in self._kinds.items():
            before = self._db.clock.real_now() - keep
            async with self._db.transaction() as tx:
                gone = await forget(tx.session, before, limit=AT_ONCE)
            self._forgotten.labels(kind).inc(gone)
            wait = PAUSE_S if gone == AT_ONCE else wait
        return wait
