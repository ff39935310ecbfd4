"""Replays the history of a group into a fresh database: by the bus's own applier, without Redis.

Invariant: the cursors stand in the fresh database as if its group had read every stream, so a bus goes on from there.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import select

from shared.database import Database, SyncTx, Tx
from shared.errors import Conflict
from shared.events.envelope import Envelope, Feed
from shared.streams.applying import Applier
from shared.streams.cursors import move_cursor, open_cursor, take_cursors
from shared.streams.entry import Entries, Entry
from shared.streams.faults import Gap
from shared.streams.groups import feeds_of
from shared.streams.handlers import Handlers
from shared.tables import ACCEPTED_GAPS, LEASES

PAGE = 5_000  # Events that are in memory at once; what the archive's export gives at most.
FENCE = 0  # No bus has held the fresh database: its first lease has a higher number.


class Readable(Protocol):
    """Where a history is read; `History` without its promise to reach to the end."""

    async def read(self, feed: Feed, after: int, limit: int) -> Sequence[Entry]:
        """Give at most `limit` entries of `feed` behind the sequence `after`, in order."""
        ...


class Replay:
    """Hands the history of every feed of a group to its handlers, in a database that no bus uses."""

    def __init__(
        self, db: Database, handlers: Handlers, history: Readable, *, gaps: Mapping[tuple[str, int], int]
    ) -> None:
        """Make it; `gaps` are those that a person gave up: the last sequence by feed and first sequence."""
        self.feeds = feeds_of(handlers.group)
        self._db = db
        self._handlers = handlers
        self._history = history
        self._gaps = gaps

    async def begin(self) -> None:
        """Make the cursors."""
        await self._db.run_sync(lambda tx: take_cursors(tx.connection, self.feeds, FENCE))

    async def run(self, feed: Feed, upto: int) -> AsyncIterator[int]:
        """Apply the events 1 to `upto` of `feed`; gives the cursor after each transaction.

        Raises:
            Conflict: The history lacks an event that nobody gave up.
        """
        applier = Applier(self._db, feed, self._handlers, probe=self._db.probe)
        applier.fence = FENCE
        cursor = 0
        while cursor < upto:
            found = await self._history.read(feed, cursor, min(PAGE, upto - cursor))
            known = [entry for entry in found if entry.sequence <= upto]
            entries = Entries([entry.sequence for entry in known], [entry.raw for entry in known])
            if not entries or entries.sequences[0] != cursor + 1:
                cursor = await self._pass(feed, cursor, entries.sequences[0] - 1 if entries else upto)
                yield cursor
                continue
            last = entries.sequences[-1]
            while cursor < last:
                try:
                    cursor = await applier.apply(entries)
                except Gap:
                    break  # A hole within: the next page begins at it.
                yield cursor

    async def _pass(self, feed: Feed, cursor: int, until: int) -> int:
        last = self._gaps.get((feed, cursor + 1), 0)
        if last < until:
            place = f"事件档案缺少 {feed} 第 {cursor + 1} 至 {until} 号"
            message = f"{place}：请先运行 duban bus repair gateway 补齐档案，再重建"
            raise Conflict(message, code="archive.gap", field=feed)
        await self._db.run_sync(partial(_move, feed=feed, to=until))
        return until


def _move(tx: SyncTx, *, feed: Feed, to: int) -> None:
    open_cursor(tx.connection, feed, FENCE)
    move_cursor(tx.connection, feed, FENCE, to)


def told_until(handlers: Handlers, instant: datetime) -> Handlers:
    """Give handlers that heed only what was told up to `instant` (business time) and pass over what came later."""
    heeding = Handlers(handlers.group)
    for kind, one in handlers.one.items():
        heeding.one[kind] = partial(_one_until, one, instant)
    heeding.when.update(handlers.when)
    for kind, many in handlers.many.items():
        heeding.many[kind] = partial(_many_until, many, instant)
    return heeding


async def _one_until(
    one: Callable[[Tx, Any], Awaitable[None]], instant: datetime, tx: Tx, event: object
) -> None:
    if tx.cause is not None and tx.cause.time <= instant:
        await one(tx, event)


def _many_until(
    many: Callable[[SyncTx, Sequence[Envelope]], None],
    instant: datetime,
    tx: SyncTx,
    envelopes: Sequence[Envelope],
) -> None:
    told = [envelope for envelope in envelopes if envelope.time <= instant]
    if told:
        many(tx, told)


async def holder_of(db: Database) -> str:
    """Name the replica that relays and reads with this database now; empty where none does."""
    async with db.reading() as session:
        row = (await session.execute(select(LEASES))).first()
    return row.holder if row is not None and row.expires_at > db.clock.real_now() else ""


async def accepted_gaps(db: Database) -> dict[tuple[str, int], int]:
    """List the gaps that a person gave up: the last sequence by feed and first sequence."""
    async with db.reading() as session:
        rows = await session.execute(select(ACCEPTED_GAPS))
        return {(row.stream, row.first_seq): row.last_seq for row in rows}
