"""Does what a batch of events asks for, in one transaction with the cursor.

Invariant: after the commit every event up to the cursor is handled, parked, dead, or of no concern to the group;
before it, nothing happened. The first try runs without savepoints; only when something raises is the batch done again
with one for each event, so that the failing ones alone are parked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from shared.database import Database, SyncTx, Tx
from shared.events.envelope import Envelope, Feed
from shared.streams import parking
from shared.streams.cursors import move_cursor, open_cursor
from shared.streams.entry import Entries, Entry, Item
from shared.streams.faults import Fault, Fenced, Outage
from shared.streams.handlers import Handlers
from shared.telemetry import continue_trace

log = logging.getLogger(__name__)
LONGEST_TRANSACTION = 0.25  # Seconds, real time: requests of the service wait behind it on SQLite.


@dataclass(slots=True)
class Batch:
    """The events of one transaction that are new, and the subjects that wait."""

    feed: Feed
    handlers: Handlers
    now: datetime
    held: set[str]

    def admits(self, connection: Connection, item: Item) -> bool:
        """Say whether an event is to be handled; what can't be read or has to wait is put aside."""
        if not isinstance(item.envelope, Envelope):
            reason = str(item.envelope)[:1000]
            log.error("%s %d can't be read and is dead: %s", self.feed, item.sequence, reason)
            parking.bury(connection, self.feed, item, reason=reason, now=self.now)
            return False
        if not self.handlers.knows(item.envelope.type):
            return False
        if item.envelope.subject in self.held:
            parking.hold(connection, self.feed, item, now=self.now)
            return False
        return True

    def runs(
        self, connection: Connection, entries: Entries, part: slice
    ) -> Iterator[tuple[str, Sequence[Envelope]]]:
        """Give the events that are to be handled, all of a type together; most batches are one run as they are."""
        found = entries.envelopes()[part]
        kinds = {getattr(envelope, "type", "") for envelope in found}  # An unreadable one has none.
        if len(kinds) == 1 and not self.held and self.handlers.knows(*kinds):
            yield kinds.pop(), cast("list[Envelope]", found)
            return
        live: dict[str, list[Envelope]] = {}
        for item in entries.items(part):
            if self.admits(connection, item):
                envelope = _envelope(item)
                live.setdefault(envelope.type, []).append(envelope)
        yield from live.items()

    def failed(self, connection: Connection, item: Item, error: Exception) -> None:
        """Park an event, or bury it where trying again is of no use.

        Raises:
            Exception: The connection to the database is gone: `error` says nothing about the event.
        """
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise error
        reason = parking.reason_of(error)
        log.warning("%s %d failed: %s", self.feed, item.sequence, reason, exc_info=error)
        if parking.is_last(error, 1):
            parking.bury(connection, self.feed, item, reason=reason, now=self.now)
        else:
            parking.park(connection, self.feed, item, reason=reason, now=self.now)
            self.held.add(_envelope(item).subject)


class Applier:
    """Applies batches of one feed for one group.

    Args:
        db: The group's database.
        feed: The stream.
        handlers: Of the group.
        probe: Asks whether Redis answers; raises where it does not.
        longest: Seconds (real time) after which a transaction ends with the event that it is at.

    Attributes:
        feed: The stream.
        fence: The lease's number under which the cursor may be moved.
    """

    def __init__(
        self,
        db: Database,
        feed: Feed,
        handlers: Handlers,
        *,
        probe: Callable[[], Awaitable[None]],
        longest: float = LONGEST_TRANSACTION,
    ) -> None:
        self.feed = feed
        self.fence = 0
        self._db = db
        self._handlers = handlers
        self._probe = probe
        self._longest = longest
        self._threaded = handlers.in_threads(feed)

    async def apply(self, entries: Entries) -> int:
        """Handle the entries that follow the cursor, or the first of them; gives the new cursor.

        Raises:
            Gap: The first new entry does not follow the cursor.
            Fenced: Another replica took the lease.
            Outage: The database or Redis does not answer.
        """
        try:
            return await self._attempt(entries, isolating=False)
        except (Fault, Fenced):
            raise
        except Exception as error:
            if self.feed in self._handlers.raw:
                raise  # A raw handler takes all or waits.
            await self._rule_out_outage(error)
        return await self._attempt(entries, isolating=True)

    async def _rule_out_outage(self, error: Exception) -> None:
        try:
            await self._probe()
        except Exception as outage:  # noqa: BLE001 - whatever keeps the probe from passing is the outage.
            raise Outage(f"{type(outage).__name__}: {outage}") from error

    async def _attempt(self, entries: Entries, *, isolating: bool) -> int:
        if self._threaded:
            return await self._db.run_sync(partial(self._in_thread, entries=entries, isolating=isolating))
        async with self._db.transaction() as tx:
            connection = await tx.session.connection()
            batch, fresh = await connection.run_sync(self._open, entries)
            if not _any(fresh):
                return entries.sequences[-1]
            done = await self._handle(tx, batch, entries.items(fresh), isolating=isolating)
            await tx.session.flush()
            await connection.run_sync(move_cursor, self.feed, self.fence, done)
        return done

    def _open(self, connection: Connection, entries: Entries) -> tuple[Batch, slice]:
        place = open_cursor(connection, self.feed, self.fence)
        held = parking.held_subjects(connection, self.feed) if place.holding else set()
        batch = Batch(self.feed, self._handlers, self._db.clock.real_now(), held)
        return batch, entries.following(place.last_seq)

    async def _handle(self, tx: Tx, batch: Batch, fresh: Sequence[Item], *, isolating: bool) -> int:
        handle = self._isolated if isolating else self._plain
        loop = asyncio.get_running_loop()
        end = loop.time() + self._longest
        connection = await tx.session.connection()
        for item in fresh:
            # Nothing is asked of the database for what is of no concern: of the ratings, all but one in ten thousand.
            if isinstance(item.envelope, Envelope) and self._handlers.passes_over(item.envelope):
                continue
            if await connection.run_sync(batch.admits, item):
                await handle(tx, batch, item)
            if loop.time() > end:
                return item.sequence
        return fresh[-1].sequence

    async def _plain(self, tx: Tx, _batch: Batch, item: Item) -> None:
        await handle_one(self._handlers, tx, _envelope(item))

    async def _isolated(self, tx: Tx, batch: Batch, item: Item) -> None:
        mark = tx.outbox.mark()
        try:
            async with tx.session.begin_nested():
                await handle_one(self._handlers, tx, _envelope(item))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is about its event.
            tx.outbox.rewind(mark)
            connection = await tx.session.connection()
            await connection.run_sync(batch.failed, item, error)

    def _in_thread(self, tx: SyncTx, *, entries: Entries, isolating: bool) -> int:
        batch, fresh = self._open(tx.connection, entries)
        if not _any(fresh):
            return entries.sequences[-1]
        if self.feed in self._handlers.raw:
            found = zip(entries.sequences[fresh], entries.raws[fresh], strict=True)
            self._handlers.raw[self.feed](tx, [Entry(self.feed, sequence, raw) for sequence, raw in found])
        elif isolating:
            for item in entries.items(fresh):
                self._isolated_in_thread(tx, batch, item)
        else:
            for kind, run in batch.runs(tx.connection, entries, fresh):
                self._handlers.many[kind](tx, run)
        done = entries.sequences[fresh][-1]
        move_cursor(tx.connection, self.feed, self.fence, done)
        return done

    def _isolated_in_thread(self, tx: SyncTx, batch: Batch, item: Item) -> None:
        if not batch.admits(tx.connection, item):
            return
        mark = tx.outbox.mark()
        found = _envelope(item)
        try:
            with tx.connection.begin_nested():
                self._handlers.many[found.type](tx, [found])
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is about its event.
            tx.outbox.rewind(mark)
            batch.failed(tx.connection, item, error)


async def handle_one(handlers: Handlers, tx: Tx, envelope: Envelope) -> None:
    """Call the handler of one event in `tx`; a batch handler gets it alone, on the same connection."""
    tx.cause = envelope
    tx.outbox.traceparent = continue_trace(envelope.traceparent)
    if envelope.type in handlers.one:
        await handlers.one[envelope.type](tx, envelope.data)
    else:
        connection = await tx.session.connection()
        many = handlers.many[envelope.type]
        await connection.run_sync(lambda sync: many(SyncTx(sync, tx.now, tx.outbox), [envelope]))


def _any(part: slice) -> bool:
    return bool(part.stop > part.start)


def _envelope(item: Item) -> Envelope:
    assert isinstance(item.envelope, Envelope)  # noqa: S101 - `admits` put the others aside.
    return item.envelope
