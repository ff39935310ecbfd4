"""The relay of one stream: brings committed outbox rows into Redis, in order, each exactly once.

Invariant: it appends only when the stream's top is the row that it believes to be there, byte for byte. A top that is
behind is a Redis that lost its tail, and is appended again. A top that is ahead, or holds other bytes, is a fault:
nothing more is sent until `duban bus repair` has been run.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select

from shared.database import Database
from shared.errors import Unavailable
from shared.events.envelope import Feed
from shared.streams.committed import Committed, Row
from shared.streams.faults import Ahead, Fault, Foreign
from shared.streams.groups import GROUPS
from shared.streams.history import History
from shared.streams.keys import mark_key, script, sequence_of
from shared.streams.positions import ensure_groups
from shared.tables import HEADS, OUTBOX

log = logging.getLogger(__name__)
CHUNK = 2000
BUSY_PAUSE, IDLE_PAUSE = 0.05, 1.0  # Seconds, real time.
GUARD_PAUSE, GUARDED_PAUSE = 5.0, 60.0


class Top(NamedTuple):
    """The top of a stream as Redis has it.

    Attributes:
        id: The last id that was ever given.
        last: The id of the last entry that is there.
        raw: The bytes of that entry.
    """

    id: bytes
    last: bytes
    raw: bytes


class Relay:
    """Appends the outbox of one stream to Redis.

    Attributes:
        feed: The stream.
        fault: Why it must not go on, or an empty string.
        outage: Why it can't go on at the moment, or an empty string.
        sent: The last sequence that is in Redis, as far as is known.
        committed: What this process committed last; what is not there is read from the outbox.
    """

    def __init__(self, feed: Feed, *, db: Database, client: Redis, history: History | None) -> None:
        self.feed = feed
        self.fault = ""
        self.outage = ""
        self.sent = -1
        self.committed = Committed()
        self._db = db
        self._client = client
        self._history = history
        self._append = client.register_script(script("append"))
        self._keys = [feed, mark_key(feed)]
        self._groups: list[str | int] = [len(GROUPS[feed]), *GROUPS[feed]]
        self._digest = ""
        self._compared = 0.0
        self._archive_ahead = ""

    def is_up(self) -> bool:
        """Say whether rows get through."""
        return not self.problem() and self.sent >= 0

    def problem(self) -> str:
        """Say what is wrong, or nothing."""
        return self._archive_ahead or self.fault or self.outage

    async def step(self) -> float:
        """Send one chunk, or compare once a second; gives the seconds (real time) until the next step."""
        if self._archive_ahead:
            return IDLE_PAUSE
        try:
            return await self._step()
        except Fault as fault:
            self._fail(str(fault))
        except (RedisError, OSError) as error:
            if not self.outage:
                log.warning("%s: Redis does not answer: %s", self.feed, error)
            self.outage = f"Redis: {type(error).__name__}: {error}"
        return IDLE_PAUSE

    async def guard(self) -> float:
        """Compare with the archive: after a restore both Redis and the outbox may have forgotten the same events.

        Returns:
            The seconds (real time) until the next comparison.
        """
        if self._history is None:
            return GUARDED_PAUSE
        head = await self._head()
        try:
            beyond = await self._history.read(self.feed, head, 1)
        except Unavailable:
            return GUARD_PAUSE  # The gateway may start later than we do, or be away: then we ask again.
        if beyond and beyond[0].sequence > await self._head():
            self._archive_ahead = f"the archive holds {beyond[0].sequence}, the outbox ends at {head}"
            log.critical("%s: %s; relaying stops: run `duban bus repair`", self.feed, self._archive_ahead)
            return IDLE_PAUSE
        self._archive_ahead = ""
        return GUARDED_PAUSE

    async def _step(self) -> float:
        now = asyncio.get_running_loop().time()
        handed = await self._handed()
        rows = handed or await self._rows()
        if not rows and self.sent >= 0 and now - self._compared < IDLE_PAUSE:
            return BUSY_PAUSE
        believed: list[str | int] = [self.sent, self._digest, *self._groups]
        done, *top = await self._append(keys=self._keys, args=[*believed, *packed(rows)])
        self._compared = now
        if not done:
            await self._settle_on(Top(*top))
            return 0
        if rows:
            self.sent, self._digest = rows[-1][0], _digest(rows[-1][1])
        self.fault = self.outage = ""
        if len(rows) == CHUNK:
            return 0
        # Who hands rows over wakes us for the next; another process, which does not, may be busy writing.
        return IDLE_PAUSE if handed or not rows else BUSY_PAUSE

    async def _handed(self) -> Sequence[Row]:
        """Give the next rows as this process committed them, if the outbox still says so.

        Nothing but repair changes it, and that gives all rows from some sequence on other numbers: so the last row
        speaks for those before it.
        """
        rows = self.committed.following(self.sent, CHUNK) if self.sent >= 0 else []
        return rows if rows and await self._payload(rows[-1][0]) == rows[-1][1] else []

    async def _rows(self) -> Sequence[Row]:
        """Read the next rows.

        Raises:
            Fault: Rows that were to be sent are missing from the outbox.
        """
        if self.sent < 0:
            return []
        following = select(OUTBOX.c.seq, OUTBOX.c.payload).where(
            OUTBOX.c.stream == self.feed, OUTBOX.c.seq > self.sent
        )
        first = select(func.min(OUTBOX.c.seq)).where(OUTBOX.c.stream == self.feed)
        async with self._db.reading() as session:
            rows = [
                (row.seq, row.payload)
                for row in await session.execute(following.order_by(OUTBOX.c.seq).limit(CHUNK))
            ]
            if rows and rows[0][0] != self.sent + 1 and rows[0][0] != await session.scalar(first):
                raise Fault(f"the outbox lacks {self.sent + 1} to {rows[0][0] - 1}")
        return [row for at, row in enumerate(rows) if row[0] == rows[0][0] + at]

    async def _settle_on(self, top: Top) -> None:
        """Take another top for true when it is one of our rows.

        Raises:
            Foreign: Its bytes are not ours.
            Ahead: It is beyond the outbox.
        """
        try:
            sequence = sequence_of(top.id)
        except ValueError as error:
            raise Foreign(f"{error}; somebody else wrote to the stream") from error
        head = await self._head()
        if sequence > head:
            raise Ahead(f"the stream holds {sequence}, the outbox ends at {head}")
        ours = await self._payload(sequence)
        if top.last == top.id and ours is not None and ours != top.raw:
            raise Foreign(f"entry {sequence} holds other bytes than the outbox")
        await ensure_groups(self._client, self.feed)
        if 0 <= sequence < self.sent:
            log.warning("%s: Redis lost %d to %d; sending again", self.feed, sequence + 1, self.sent)
        self.sent, self._digest = sequence, _digest(ours) if ours is not None else ""

    async def _head(self) -> int:
        async with self._db.reading() as session:
            return await session.scalar(select(HEADS.c.last_seq).where(HEADS.c.stream == self.feed)) or 0

    async def _payload(self, sequence: int) -> bytes | None:
        row = select(OUTBOX.c.payload).where(OUTBOX.c.stream == self.feed, OUTBOX.c.seq == sequence)
        async with self._db.reading() as session:
            return await session.scalar(row)

    def _fail(self, fault: str) -> None:
        if fault != self.fault:
            log.critical("%s: %s; relaying stops: run `duban bus repair`", self.feed, fault)
        self.fault, self.sent, self._digest = fault, -1, ""


def packed(rows: Sequence[Row]) -> list[int | str | bytes]:
    """Give rows without a hole as the append script takes them: a client is slow with thousands of arguments."""
    if not rows:
        return []
    return [rows[0][0], ",".join([str(len(raw)) for _, raw in rows]), b"".join([raw for _, raw in rows])]


def _digest(raw: bytes) -> str:
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()
