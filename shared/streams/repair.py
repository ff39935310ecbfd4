"""Repairs a stream whose relay stopped: foreign entries on top, or a Redis or archive ahead of the outbox.

Invariant: nothing is lost. What a relay appended once is never withdrawn, because somebody may have acted on it; what
the outbox lacks of it is taken back from the stream or the archive; and what was committed under a number that was
already given gets the next free one. What is removed was written by somebody else, and is shown.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import BaseModel
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from shared.database import Database
from shared.events.envelope import OWNERS, Envelope, Feed
from shared.streams.entry import Entries
from shared.streams.groups import GROUPS
from shared.streams.history import History
from shared.streams.keys import FIELD, entry_id, mark_key, rebuilt_key, script, sequence_of
from shared.tables import HEADS, OUTBOX

log = logging.getLogger(__name__)
PAGE = 500
_SEQUENCE = re.compile(rb'"sequence":"\d{16}"')


class Repaired(BaseModel):
    """What repair found and did with one stream.

    Attributes:
        removed: Foreign entries that were taken out, as `id: fields`.
        refilled: Outbox rows that were taken back from the stream or the archive.
        renumbered: Committed events that got new sequence numbers, because theirs had been given before.
        rebuilt: Whether the stream was built anew; the relay and the groups go on from where it ends.
        unknown: Numbers that were given to events which nobody has any more.
    """

    feed: str
    removed: list[str] = []
    refilled: int = 0
    renumbered: int = 0
    rebuilt: bool = False
    unknown: list[int] = []

    def is_nothing(self) -> bool:
        """Say whether all was well."""
        return not (self.removed or self.refilled or self.renumbered or self.rebuilt or self.unknown)


class Repair:
    """Repairs one stream of the service that owns it; safe to repeat, and to run while the bus runs."""

    def __init__(self, feed: Feed, *, db: Database, client: Redis, history: History | None) -> None:
        self._feed: Feed = feed
        self._db = db
        self._client = client
        self._history = history
        self._rebuild = client.register_script(script("rebuild"))

    async def run(self) -> Repaired:
        """Find what is wrong and put it right.

        Raises:
            shared.errors.Unavailable: The archive does not answer; nothing is decided without it.
        """
        done = Repaired(feed=self._feed)
        top = await self._remove_foreign(done)
        head = await self._head()
        agreed = await self._agreed(head)
        stream, archive = await self._stream(agreed), await self._archive(agreed)
        async with self._db.transaction() as tx:
            connection = await tx.session.connection()
            await connection.run_sync(self._adopt, stream | archive, agreed, done)
        wrong = [seq for seq, raw in stream.items() if archive.get(seq, raw) != raw]
        if wrong:
            await self._rebuild_to(min(min(wrong) - 1, top), done)
        log.warning("repair: %s", done.model_dump_json())
        return done

    async def _remove_foreign(self, done: Repaired) -> int:
        """Take out what no relay appended; gives the last sequence that one did."""
        try:
            info = cast("Any", await self._client.xinfo_stream(self._feed))
        except ResponseError:  # "no such key": the relay makes it.
            return 0
        mark = await self._client.get(mark_key(self._feed))
        top = int(mark or 0)
        for entry, fields in await self._entries(top):
            if mark is None and not done.removed and await self._is_ours(entry, fields):
                top = sequence_of(entry)
            else:
                done.removed.append(f"{entry.decode()}: {fields!r}"[:500])
        if info["last-generated-id"] != entry_id(top).encode():
            await self._rebuild_to(top, done)
        return top

    async def _is_ours(self, entry: bytes, fields: Mapping[bytes, bytes]) -> bool:
        """Judge an entry by its looks; only where the relay's own mark is lost."""
        try:
            (item,) = Entries([sequence_of(entry)], [fields[FIELD]]).items()
        except (ValueError, KeyError):
            return False
        if isinstance(item.envelope, Envelope):
            return item.envelope.source == f"/services/{OWNERS[self._feed]}"
        return item.raw == (await self._rows(item.sequence - 1, item.sequence)).get(item.sequence)

    async def _rebuild_to(self, top: int, done: Repaired) -> None:
        keys = [self._feed, rebuilt_key(self._feed), mark_key(self._feed)]
        await self._rebuild(keys=keys, args=[top, *GROUPS[self._feed]])
        done.rebuilt = True

    async def _agreed(self, head: int) -> int:
        """Give a sequence up to which outbox, stream and archive say the same; they differ, if at all, at the end."""
        at = head
        while at > 0:
            low = max(0, at - PAGE)
            given = await self._stream(low, at) | await self._archive(low, at)
            rows = await self._rows(low, at)
            if all(given.get(seq, raw) == raw for seq, raw in rows.items()):
                return at
            at = low
        return 0

    async def _stream(self, after: int, until: int | None = None) -> dict[int, bytes]:
        found = await self._entries(after, until)
        return {sequence_of(entry): fields[FIELD] for entry, fields in found}

    async def _entries(self, after: int, until: int | None = None) -> list[tuple[bytes, dict[bytes, bytes]]]:
        first, last = f"({entry_id(after)}", "+" if until is None else entry_id(until)
        found: list[tuple[bytes, dict[bytes, bytes]]] = []
        while page := cast("Any", await self._client.xrange(self._feed, first, last, count=PAGE)):
            found += page
            first = f"({page[-1][0].decode()}"
        return found

    async def _archive(self, after: int, until: int | None = None) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while self._history is not None and (until is None or after < until):
            page = await self._history.read(self._feed, after, PAGE)
            if not page:
                break
            found |= {entry.sequence: entry.raw for entry in page if until is None or entry.sequence <= until}
            after = page[-1].sequence
        return found

    async def _rows(self, after: int, until: int) -> dict[int, bytes]:
        rows = select(OUTBOX.c.seq, OUTBOX.c.payload).where(
            OUTBOX.c.stream == self._feed, OUTBOX.c.seq > after, OUTBOX.c.seq <= until
        )
        async with self._db.reading() as session:
            return {row.seq: row.payload for row in await session.execute(rows)}

    async def _head(self) -> int:
        async with self._db.reading() as session:
            return await session.scalar(select(HEADS.c.last_seq).where(HEADS.c.stream == self._feed)) or 0

    def _adopt(self, connection: Connection, given: Mapping[int, bytes], agreed: int, done: Repaired) -> None:
        """Make the outbox say what was given, and number what it has besides behind that."""
        head = connection.execute(
            select(HEADS.c.last_seq).where(HEADS.c.stream == self._feed).with_for_update()
        ).scalar_one()
        found = connection.execute(
            select(OUTBOX).where(OUTBOX.c.stream == self._feed, OUTBOX.c.seq > agreed).order_by(OUTBOX.c.seq)
        )
        rows = found.mappings().all()
        first = min(
            (row.seq for row in rows if given.get(row.seq, row.payload) != row.payload), default=head + 1
        )
        last = max(given, default=0)
        if last < first:
            return
        moved = [row for row in rows if row["seq"] >= first]
        connection.execute(delete(OUTBOX).where(OUTBOX.c.stream == self._feed, OUTBOX.c.seq >= first))
        now = self._db.clock.real_now()
        refilled = [self._refilled(seq, given[seq], now) for seq in range(first, last + 1) if seq in given]
        renumbered = [_renumbered(row, seq) for seq, row in enumerate(moved, last + 1)]
        connection.execute(insert(OUTBOX), [*refilled, *renumbered])
        heads = update(HEADS).where(HEADS.c.stream == self._feed)
        connection.execute(heads.values(last_seq=last + len(moved)))
        done.refilled, done.renumbered = len(refilled), len(renumbered)
        done.unknown = _missing(given, first, last)

    def _refilled(self, seq: int, raw: bytes, now: datetime) -> dict[str, object]:
        envelope = Entries([seq], [raw]).items()[0].envelope
        subject = envelope.subject if isinstance(envelope, Envelope) else ""
        return {"stream": self._feed, "seq": seq, "subject": subject, "payload": raw, "written_at": now}


def _renumbered(row: RowMapping, seq: int) -> dict[str, object]:
    payload = _SEQUENCE.sub(b'"sequence":"%016d"' % seq, row["payload"], count=1)
    return {str(name): value for name, value in row.items()} | {"seq": seq, "payload": payload}


def _missing(given: Iterable[int], first: int, last: int) -> list[int]:
    return sorted(set(range(first, last + 1)) - set(given))
