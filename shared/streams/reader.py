"""One group's reader of one stream: takes batches, fills gaps, acknowledges after the commit, and never skips.

Invariant: an entry is acknowledged only when the cursor has passed it, and the cursor passes only entries that the
stream's relay appended, one after the other.
"""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.background import PATIENCE
from shared.events.envelope import Feed
from shared.streams.applying import Applier
from shared.streams.entry import Entries
from shared.streams.faults import Fault, Fenced, Foreign, Gap
from shared.streams.history import History
from shared.streams.keys import FIELD, entry_id, mark_key, script, sequence_of, sequences_of
from shared.streams.positions import ensure_groups
from shared.streams.subscriber import MAX_RECORDS, Found, Subscriber

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # Seconds, real time.
STALLED_BEATS = 6  # So many looks at unread entries without any progress, and reading begins anew.


class Reader:
    """Reads one stream for one group while its service holds the lease.

    Attributes:
        feed: The stream.
        cursor: The last sequence that is known to be settled in the database.
        caught_up_at: Business time at which everything that was in the stream had been read.
        trouble: Why it does not get on, or an empty string.
        lost: Whether a transaction was refused because another replica took the lease.
        subscriber: Delivers the batches to `take`; the bus sets it before the start.
    """

    subscriber: Subscriber

    def __init__(self, applier: Applier, *, group: str, client: Redis, history: History | None) -> None:
        self.feed: Feed = applier.feed
        self.cursor = 0
        self.caught_up_at: datetime | None = None
        self.trouble = ""
        self.lost = False
        self._applier = applier
        self._group = group
        self._client = client
        self._ack = client.register_script(script("ack"))
        self._history = history
        self._mark = 0  # The last sequence that the relay appended, as last seen.
        self._top = 0  # The highest such; a lower mark means that Redis lost its tail.
        self._settled = 0  # Acknowledged up to here.
        self._acknowledging: asyncio.Task[None] | None = None
        self._stalled = (0, 0)
        self._halt = asyncio.Event()
        self._finishing: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None

    def start(self, *, fence: int, cursor: int) -> None:
        """Begin, in a task: what an earlier run left comes first, to its end, then what is new."""
        self._halt.clear()
        self._applier.fence, self.cursor, self.lost = fence, max(cursor, self.cursor), False
        self._mark, self._top, self._settled, self._stalled = 0, self.cursor, self.cursor, (0, 0)
        self._opening = asyncio.create_task(self._open(), name=f"open {self.feed}")

    async def stop(self) -> None:
        """End after the transaction in hand; a batch that can't get on is dropped and read again later."""
        self._halt.set()
        if self._opening is not None:
            await asyncio.wait([self._opening], timeout=PATIENCE)
            self._opening.cancel()
            (outcome,) = await asyncio.gather(self._opening, return_exceptions=True)
            if isinstance(outcome, Exception):
                log.warning("%s could not be opened: %r", self.feed, outcome)
            self._opening = None
        if self.subscriber.running:
            await self.subscriber.stop()
        await self._at_rest()

    async def watch(self, *, mark: int, at: datetime) -> bool:
        """Look after the reader, knowing that the stream's top was `mark` after `at` (business time).

        Returns:
            Whether it works; one that doesn't is to be stopped and started.
        """
        self._mark = mark
        if self._top <= mark <= self.cursor:
            self.caught_up_at = at
        self._top = max(self._top, mark)
        if self._opening is not None and not self._opening.done():
            return True
        if self._settled < self.cursor and not self._is_busy():
            await self._acknowledge()
        return self.subscriber.running and not self._is_stalled()

    def _is_busy(self) -> bool:
        return any(task is not None and not task.done() for task in (self._finishing, self._acknowledging))

    def _is_stalled(self) -> bool:
        """Say whether entries wait and nothing moves: the subscriber sleeps after an error, or lost its group."""
        if self._is_busy() or self._mark <= self.cursor:
            self._stalled = (self.cursor, 0)
        else:
            at, beats = self._stalled
            self._stalled = (self.cursor, beats + 1 if at == self.cursor else 1)
        return self._stalled[1] >= STALLED_BEATS

    async def take(self, found: Found) -> None:
        """Begin with a delivered batch once the one before is done.

        It is not waited for: the next one is fetched while this one is read and written in its thread, which is
        worth a fifth of the rate.
        """
        await self.finished()
        self._finishing = asyncio.create_task(self._finish(found), name=f"batch of {self.feed}")

    async def finished(self) -> None:
        """Wait until the batch in hand is done, or given up because of a stop."""
        if self._finishing is not None:
            await asyncio.wait([self._finishing])

    async def _at_rest(self) -> None:
        await self.finished()
        if self._acknowledging is not None:
            await asyncio.wait([self._acknowledging])

    async def _finish(self, found: Found) -> None:
        """Handle one batch to its end, however often that has to be tried, and acknowledge it."""
        tries = itertools.count()

        async def work() -> None:
            # A second try reads the entries again: repair may have removed some.
            now = await self._range(found.ids[0], found.ids[-1]) if next(tries) else found
            await self._handle(_entries(now))

        if await self._insist(work) and (self._acknowledging is None or self._acknowledging.done()):
            self._acknowledging = asyncio.create_task(self._acknowledge(), name=f"acknowledge {self.feed}")

    async def _insist(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do `work` until it is done, with growing pauses; gives False when told to stop or refused."""
        pause = FIRST_PAUSE
        while not self._halt.is_set():
            try:
                await work()
            except Fenced:
                log.warning("%s: another replica holds the lease now", self.feed)
                self.lost = True
                return False
            except Exception as error:  # noqa: BLE001 - outage or fault: both are waited for, and said.
                self._complain(error)
            else:
                self.trouble = ""
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._halt.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    def _complain(self, error: Exception) -> None:
        trouble = f"{self.feed}: {type(error).__name__}: {error}"
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if isinstance(error, Fault):
            log.critical("%s; nothing is skipped: run `duban bus repair`", trouble)
        else:
            log.warning("%s; trying again", trouble, exc_info=error)

    async def _open(self) -> None:
        await ensure_groups(self._client, self.feed)
        last = b"0"
        while not self._halt.is_set() and (pending := await self._pending(last)).ids:
            await self.take(pending)
            last = pending.ids[-1]
        await self._at_rest()
        if await self._insist(self._catch_up):
            await self._settle()
            await self.subscriber.start()

    async def _pending(self, after: bytes) -> Found:
        asked = self._client.xreadgroup(self._group, self._group, {self.feed: after}, count=MAX_RECORDS)
        reply = cast("Any", await asked)
        return _found(reply[0][1] if reply else [])

    async def _catch_up(self) -> None:
        """Read what the group was given before, by a database that has been restored since."""
        for group in await self._client.xinfo_groups(self.feed):
            if group["name"].decode() == self._group:
                delivered = self._delivered(group["last-delivered-id"])
                await self._check(delivered)
                while self.cursor < delivered:
                    await self._fill(Gap("", after=self.cursor, until=delivered))

    @staticmethod
    def _delivered(entry: bytes) -> int:
        try:
            return sequence_of(entry)
        except ValueError as error:
            raise Foreign(f"{error}: no relay wrote it") from error

    async def _handle(self, entries: Entries) -> None:
        if not entries:
            return
        last = entries.sequences[-1]
        await self._check(last)
        while self.cursor < last:
            try:
                self.cursor = max(self.cursor, await self._applier.apply(entries))
            except Gap as gap:
                await self._fill(gap)

    async def _check(self, sequence: int) -> None:
        """Make sure that the relay appended everything up to `sequence`.

        Raises:
            Foreign: It did not: somebody else did.
        """
        if sequence > self._mark:
            self._mark = int(await self._client.get(mark_key(self.feed)) or 0)
            self._top = max(self._top, self._mark)
        if sequence > self._mark:
            raise Foreign(f"entry {sequence} is above {self._mark}, the last that the relay appended")

    async def _fill(self, gap: Gap) -> None:
        """Get what is missing from the stream itself, or from the archive.

        Raises:
            Gap: Neither has it.
        """
        found = _entries(await self._range(entry_id(gap.after + 1), entry_id(gap.until)))
        if not found or found.sequences[0] != gap.after + 1:
            found = await self._remembered(gap)
        if not found or found.sequences[0] != gap.after + 1:
            raise Gap(f"{gap.after + 1} to {gap.until} are missing", after=gap.after, until=gap.until)
        log.warning("%s: filling the gap from %d on with %d entries", self.feed, gap.after + 1, len(found))
        self.cursor = max(self.cursor, await self._applier.apply(found))

    async def _remembered(self, gap: Gap) -> Entries:
        if self._history is None:
            return Entries([], [])
        entries = await self._history.read(self.feed, gap.after, MAX_RECORDS)
        known = [entry for entry in entries if entry.sequence <= gap.until]
        return Entries([entry.sequence for entry in known], [entry.raw for entry in known])

    async def _range(self, first: str | bytes, last: str | bytes) -> Found:
        reply = cast("Any", await self._client.xrange(self.feed, first, last, count=MAX_RECORDS))
        return _found(reply)

    async def _acknowledge(self) -> None:
        """Acknowledge everything that the cursor has passed since the last time; what fails is left to the watch."""
        try:
            while self._settled < self.cursor:
                upto = self.cursor
                await self._ack(keys=[self.feed], args=[self._group, self._settled + 1, upto])
                self._settled = upto
        except (RedisError, OSError) as error:
            log.info("%s: not acknowledged yet: %s", self.feed, error)

    async def _settle(self) -> None:
        """Acknowledge what earlier runs left pending although the cursor has passed it.

        Raises:
            redis.exceptions.RedisError: Redis does not answer, or lost the group.
        """
        top = entry_id(self.cursor)
        while rows := await self._client.xpending_range(self.feed, self._group, "-", top, MAX_RECORDS):
            await self._client.xack(self.feed, self._group, *(row["message_id"] for row in rows))
        self._settled = self.cursor


def _found(reply: Sequence[tuple[bytes, dict[bytes, bytes] | None]]) -> Found:
    return Found([entry for entry, _ in reply], [fields or {} for _, fields in reply])


def _entries(found: Found) -> Entries:
    """Take out our bytes.

    Raises:
        Foreign: An entry is none that a relay appends.
    """
    if not all(found.fields):  # One without any was deleted while it was pending.
        found = _found([entry for entry in zip(*found, strict=True) if entry[1]])
    try:
        return Entries(sequences_of(found.ids), [fields[FIELD] for fields in found.fields])
    except (ValueError, KeyError) as error:
        raise Foreign(f"an entry is of no relay: {error!r}") from error
