"""The lease of one service's bus: which replica relays and reads, with a number that grows at each change of hands.

Invariant: a holder that lost it can't commit: the number in the cursor rows is no longer its own. The expiry (real
time) only decides when another may take over; it is not what keeps two holders apart.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from shared.database import Database
from shared.events.envelope import Feed
from shared.streams.cursors import take_cursors
from shared.tables import LEASES

log = logging.getLogger(__name__)
NAME = "bus"
TERM = timedelta(seconds=10)


class Lease:
    """The right to relay and read.

    Attributes:
        holder: Name of this replica.
        fence: Its number while it holds the lease, else 0.
    """

    def __init__(self, db: Database, *, holder: str, feeds: Sequence[Feed]) -> None:
        self.holder = holder
        self.fence = 0
        self._db = db
        self._feeds = feeds
        self._until: datetime | None = None
        self._fresh = (
            True  # A restart under the same name takes its own lease back at once, but only the first time.
        )

    async def hold(self) -> bool:
        """Take or renew the lease; say whether this replica holds it. Writes only when a third of the term is over."""
        now = self._db.clock.real_now()
        if self.fence and self._until is not None and now < self._until - TERM * 2 / 3:
            return True
        if not self.fence and not await self._is_free(now):
            return False
        try:
            async with self._db.transaction() as tx:
                connection = await tx.session.connection()
                fence = await connection.run_sync(self._take, now)
        except IntegrityError:  # Two replicas made the row at once, and the other was first.
            fence = 0
        if fence > self.fence:
            log.info("%s holds the lease of the bus, fence %d", self.holder, fence)
        self.fence = fence
        self._fresh = self._fresh and not fence
        self._until = now + TERM if self.fence else None
        return bool(self.fence)

    def forget(self) -> None:
        """Believe no longer to hold it: a transaction was refused."""
        self.fence, self._until = 0, None

    async def release(self) -> None:
        """Let another replica take over at once."""
        if self.fence:
            mine = update(LEASES).where(LEASES.c.name == NAME, LEASES.c.fence == self.fence)
            async with self._db.transaction() as tx:
                await tx.session.execute(mine.values(expires_at=self._db.clock.real_now()))
        self.fence, self._until, self._fresh = 0, None, False

    async def _is_free(self, now: datetime) -> bool:
        async with self._db.reading() as session:
            row = (await session.execute(select(LEASES).where(LEASES.c.name == NAME))).one_or_none()
        return row is None or self._may_take(row.holder, row.expires_at, now)

    def _may_take(self, holder: str, expires_at: datetime, now: datetime) -> bool:
        return expires_at <= now or (holder == self.holder and self._fresh)

    def _take(self, connection: Connection, now: datetime) -> int:
        row = connection.execute(select(LEASES).where(LEASES.c.name == NAME).with_for_update()).one_or_none()
        if row is None:
            connection.execute(
                insert(LEASES).values(name=NAME, holder=self.holder, fence=1, expires_at=now + TERM)
            )
            return self._taken(connection, 1)
        if row.fence == self.fence:
            connection.execute(update(LEASES).where(LEASES.c.name == NAME).values(expires_at=now + TERM))
            return self.fence
        if not self._may_take(row.holder, row.expires_at, now):
            return 0
        terms = {"holder": self.holder, "fence": row.fence + 1, "expires_at": now + TERM}
        connection.execute(update(LEASES).where(LEASES.c.name == NAME).values(**terms))
        return self._taken(connection, row.fence + 1)

    def _taken(self, connection: Connection, fence: int) -> int:
        take_cursors(connection, self._feeds, fence)
        return fence
