"""The outbox: events become rows of the writing transaction, numbered by the head row of their stream.

Invariant: the head row is updated last in the writing transaction (a row lock on PostgreSQL, BEGIN IMMEDIATE on
SQLite), so the sequence of a stream is gapless and in commit order, and a row holds the final CloudEvent bytes.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, update

from shared.bulk import insert_rows, stored
from shared.errors import Permanent
from shared.events.envelope import OWNERS, Event, Feed, Meta, render
from shared.tables import HEADS, OUTBOX

# What a transaction wrote: for each feed the sequences and bytes of its rows, in order.
Written: TypeAlias = Mapping[Feed, Sequence[tuple[int, bytes]]]
# The bits of a UUID that are random, and those that say its version and variant.
_FREE, _VERSION_4 = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF, 0x00000000_0000_4000_8000_000000000000


class Outbox:
    """Collects the events of one transaction and writes them at its end.

    Attributes:
        service: The publishing service; it may publish only the feeds that it owns.
        traceparent: Trace context that the next events carry.
        written: What `flush` wrote: after the commit the relay has it to send.
    """

    def __init__(self, service: str, *, traceparent: str = "") -> None:
        self.service = service
        self.traceparent = traceparent
        self.written: Written = {}
        self._drafts: list[tuple[Feed, Event, Meta]] = []

    def add(self, event: Event, *, time: datetime, revision: int) -> None:
        """Queue `event` for the end of the transaction; `time` is business time.

        Raises:
            Permanent: The feed belongs to another service.
        """
        feed = event.feed()
        if OWNERS[feed] != self.service:
            raise Permanent(f"{self.service} may not publish {event.type}: {OWNERS[feed]} owns {feed}")
        meta = Meta(
            id=_new_id(),
            source=f"/services/{self.service}",
            time=time,
            revision=revision,
            traceparent=self.traceparent,
        )
        self._drafts.append((feed, event, meta))

    def mark(self) -> int:
        """Say how much is queued, for `rewind`."""
        return len(self._drafts)

    def rewind(self, mark: int) -> None:
        """Forget what was queued since `mark`, as when a savepoint is rolled back."""
        del self._drafts[mark:]

    def flush(self, connection: Connection, *, written_at: datetime) -> None:
        """Write what was queued, feed by feed in a fixed order; `written_at` is real time."""
        for feed in sorted({feed for feed, _, _ in self._drafts}):
            drafts = [(event, meta) for owner, event, meta in self._drafts if owner == feed]
            last_seq = _take(connection, feed, len(drafts))
            written = stored(connection, OUTBOX.c.written_at.type, written_at)
            rows = list(_rows(feed, drafts, first=last_seq - len(drafts) + 1, written=written))
            insert_rows(connection, OUTBOX, rows)
            self.written = {
                **self.written,
                feed: [(sequence, payload) for _, sequence, _, payload, _ in rows],
            }
        self._drafts.clear()


def _new_id() -> str:
    """Make a random UUID (RFC 9562, version 4) as text.

    The randomness is not the system's: asking for that would give the interpreter lock away at every event. And the
    text is cut by hand, because `uuid.UUID` takes three times as long.
    """
    drawn = f"{random.getrandbits(128) & _FREE | _VERSION_4:032x}"
    return f"{drawn[:8]}-{drawn[8:12]}-{drawn[12:16]}-{drawn[16:20]}-{drawn[20:]}"


def _take(connection: Connection, feed: Feed, count: int) -> int:
    """Take `count` sequence numbers of a stream and give the last; the head row stays locked until commit."""
    grown = update(HEADS).where(HEADS.c.stream == feed).values(last_seq=HEADS.c.last_seq + count)
    last: int = connection.execute(grown.returning(HEADS.c.last_seq)).scalar_one()
    return last


def _rows(
    feed: Feed, drafts: Sequence[tuple[Event, Meta]], *, first: int, written: object
) -> Iterator[tuple[Feed, int, str, bytes, object]]:
    """Give the values of the rows in the order of the table's columns."""
    for sequence, (event, meta) in enumerate(drafts, first):
        yield feed, sequence, event.subject, render(event, meta=meta, sequence=sequence), written
