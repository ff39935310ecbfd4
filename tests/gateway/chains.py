"""What tests of the archive alone stand on: its rows in one SQLite file, without the apps."""

from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from sqlalchemy import text

from services.gateway.archive import anchoring, service, verifying
from services.gateway.archive.domain import Anchor, Break, Fault
from services.gateway.archive.retention import Retention
from services.gateway.returns.repository import cursor_position
from shared.database import Database
from shared.events import Feed
from shared.streams import Entry
from shared.testing import FakeClock
from tests.gateway.world import entry

Place: TypeAlias = tuple[int, Fault, str, int]


@dataclass
class Chain:
    """An archive."""

    db: Database
    clock: FakeClock

    async def archive(self, *entries: Entry) -> int:
        """Archive entries of one feed as the bus would."""
        return await self.db.run_sync(lambda tx: service.archive(tx.connection, entries))

    async def grow(self, first: int, last: int, feed: Feed = "supervision") -> None:
        """Archive the entries `first` to `last` of a feed."""
        await self.archive(*(entry(number, feed) for number in range(first, last + 1)))

    async def verified(self, first: int = 1) -> verifying.Verified:
        """Verify it."""
        return await self.db.look(partial(verifying.verify, first=first))

    async def anchored(self) -> Anchor | None:
        """Anchor it if a day has begun."""
        async with self.db.transaction() as tx:
            return await anchoring.anchor_day(tx, real_now=self.clock.real_now())

    def retention(self) -> Retention:
        """Build what removes its oldest entries."""
        return Retention(self.db, cursor_position)

    async def tamper(self, *statements: str) -> None:
        """Change its rows as somebody with the database's password might."""
        async with self.db.transaction() as tx:
            for statement in statements:
                await tx.session.execute(text(statement))


def place_of(found: Break | None) -> Place | None:
    """Give where a break is and why, without what was expected."""
    return (found.position, found.fault, found.stream, found.sequence) if found else None
