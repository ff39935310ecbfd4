"""Tries parked events again when they are due, and then the later ones of their subject, in order."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from shared.database import Database, Tx
from shared.events.envelope import Envelope, Feed
from shared.streams import parking
from shared.streams.applying import handle_one
from shared.streams.cursors import open_cursor
from shared.streams.entry import Entries
from shared.streams.faults import Fenced
from shared.streams.handlers import Handlers
from shared.tables import PARKED

PAUSE = 0.5  # Seconds, real time.
AT_ONCE = 100  # Subjects in a step, and events of a subject in a transaction.


class Retries:
    """The second and later attempts of one group.

    Attributes:
        fence: The lease's number; a transaction under an older one is refused.
    """

    def __init__(
        self,
        db: Database,
        handlers: Handlers,
        *,
        feeds: tuple[Feed, ...],
        probe: Callable[[], Awaitable[None]],
    ) -> None:
        self.fence = 0
        self._db = db
        self._handlers = handlers
        self._feeds = feeds
        self._probe = probe

    async def step(self) -> float:
        """Try what is due; gives the seconds (real time) until the next step.

        Raises:
            Exception: The database or Redis does not answer; no attempt is counted then.
        """
        if not await self._is_any():
            return PAUSE
        await self._probe()
        for feed in self._feeds:
            for subject in await self._due(feed):
                with suppress(Fenced):  # The lease was lost: the other replica does it.
                    await self._try(feed, subject)
        return PAUSE

    async def _is_any(self) -> bool:
        async with self._db.reading() as session:
            return bool(await session.scalar(select(exists().where(PARKED.c.dead.is_(False)))))

    async def _due(self, feed: Feed) -> list[str]:
        now = self._db.clock.real_now()
        async with self._db.reading() as session:
            return await session.run_sync(
                lambda sync: parking.due_subjects(sync.connection(), feed, now=now, limit=AT_ONCE)
            )

    async def _try(self, feed: Feed, subject: str) -> None:
        """Handle the parked events of a subject in order, up to the first that has to wait."""
        now = self._db.clock.real_now()
        async with self._db.transaction() as tx:
            connection = await tx.session.connection()
            rows = await connection.run_sync(self._open, feed, subject)
            for row in rows:
                if row.next_try_at > now or not await self._try_one(tx, row, now):
                    break

    def _open(self, connection: Connection, feed: Feed, subject: str) -> list[Row[Any]]:
        open_cursor(connection, feed, self.fence)
        return parking.waiting(connection, feed, subject, limit=AT_ONCE)

    async def _try_one(self, tx: Tx, row: Row[Any], now: datetime) -> bool:
        """Handle one parked event; say whether its subject goes on."""
        connection = await tx.session.connection()
        mark = tx.outbox.mark()
        try:
            async with tx.session.begin_nested():
                await self._handle(tx, row)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is about its event.
            tx.outbox.rewind(mark)
            return await connection.run_sync(parking.failed_again, row, error, now=now)
        await connection.run_sync(parking.remove, row.stream, row.seq)
        return True

    async def _handle(self, tx: Tx, row: Row[Any]) -> None:
        envelope = Entries([row.seq], [row.payload]).items()[0].envelope
        if not isinstance(envelope, Envelope):
            raise parking.Unreadable(str(envelope))
        if self._handlers.knows(envelope.type):
            await handle_one(self._handlers, tx, envelope)
