"""The outbox: events become rows of the writing transaction, numbered by the head row of their stream.

Invariant: the head row is updated last in the writing transaction (a row lock on PostgreSQL, BEGIN IMMEDIATE on
SQLite), so the sequence of a stream is gapless and in commit order, and a row holds the final CloudEvent bytes.
"""

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from shared.bulk import insert_rows, stored
from shared.errors import Permanent
from shared.events.envelope import OWNERS, Event, Feed, Meta, render
from shared.tables import HEADS, OUTBOX


class Outbox:
    """Collects the events of one transaction and writes them at its end.

    Attributes:
        service: The publishing service; it may publish only the feeds that it owns.
        traceparent: Trace context that the next events carry.
        wrote: Whether rows were written, so that the relay has something to do after the commit.
    """

    def __init__(self, service: str, *, traceparent: str = "") -> None:
        self.service = service
        self.traceparent = traceparent
        self.wrote = False
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
            # Random, but not from the system: that would give the interpreter lock away at every event.
            id=str(uuid.UUID(int=random.getrandbits(128), version=4)),
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
            self.wrote = True
        self._drafts.clear()


def _take(connection: Connection, feed: Feed, count: int) -> int:
    """Take `count` sequence numbers of a stream and give the last; the head row stays locked until commit."""
    grown = update(HEADS).where(HEADS.c.stream == feed).values(last_seq=HEADS.c.last_seq + count)
    last: int = connection.execute(grown.returning(HEADS.c.last_seq)).scalar_one()
    return last


def _rows(
    feed: Feed, drafts: Sequence[tuple[Event, Meta]], *, first: int, written: object
) -> Iterator[tuple[object, ...]]:
    """Give the values of the rows in the order of the table's columns."""
    for sequence, (event, meta) in enumerate(drafts, first):
        yield feed, sequence, event.subject, render(event, meta=meta, sequence=sequence), written
