"""What a new business day in Shanghai brings, or a start: orders about units, duties, lights, proposals, asks, lags.

Summaries of a period that is over come last: they are compiled on a snapshot, and only their rows are written.
"""

import logging
from datetime import date, timedelta

from services.tasks.asks.service import ask_for_reports
from services.tasks.duties.registering import register_due
from services.tasks.ledger.relighting import relight_open
from services.tasks.measures.proposing import propose_due
from services.tasks.orders.proposing import propose_frequent
from services.tasks.projects.service_lag import tell_lags
from services.tasks.summaries.service import compile_owed, keep_owed
from services.tasks.units.succession import apply_due
from shared.clock import at_local, local_date
from shared.database import Database
from shared.errors import Conflict

log = logging.getLogger(__name__)

SHORTEST_WAIT, LONGEST_WAIT = 0.05, 60.0  # Real seconds; a drill's day may last less than a second.


class Daybreak:
    """The step of a `Repeating`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lit_for: date | None = None

    async def step(self) -> float:
        """Begin the day if it is new; give the real seconds until the next day, at most a minute."""
        today = local_date(self._db.clock.now())
        if today != self._lit_for:
            async with self._db.transaction() as tx:
                await apply_due(tx, entered_at=self._db.clock.real_now())
                await register_due(tx, entered_at=self._db.clock.real_now())
                began = local_date(tx.now)
            await relight_open(self._db)
            async with self._db.transaction() as tx:
                await propose_due(tx, entered_at=self._db.clock.real_now())
                await propose_frequent(tx)
                await ask_for_reports(tx)
                await tell_lags(tx)
            await self._sum_up()
            self._lit_for = began
        tomorrow = at_local(local_date(self._db.clock.now()) + timedelta(days=1))
        return min(max(self._db.clock.real_seconds_until(tomorrow), SHORTEST_WAIT), LONGEST_WAIT)

    async def _sum_up(self) -> None:
        """Compile what is owed; a ledger whose history does not reach back that far has nothing to say of it."""
        try:
            async with self._db.reading() as session:
                compiled = await compile_owed(session, self._db.clock.now())
        except Conflict as refusal:
            log.warning("no summary: %s", refusal.message)
            return
        async with self._db.transaction() as tx:
            await keep_owed(tx, compiled)
