"""Carries what services published to those who read it, as the bus would; the house of these tests has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from services.metrics import handlers as metrics
from services.notify import handlers as notify
from services.tasks import handlers as tasks
from shared.clock import Clock
from shared.database import Database
from shared.events.envelope import Envelope, Event
from shared.streams import Handlers
from shared.streams.applying import handle_one
from shared.streams.groups import feeds_of
from shared.tables import OUTBOX
from shared.testing import sqlite_database

SERVICES = ("gateway", "tasks", "notify", "metrics")


def _readers() -> Mapping[str, Handlers]:
    return {
        "tasks": tasks.build_handlers(),
        "notify": notify.build_handlers(["log"]),
        "metrics": metrics.build_handlers(),
    }


@dataclass
class Post:
    """The databases of the four services, and how far each feed was carried."""

    folder: Path
    clock: Clock
    read: dict[str, int] = field(default_factory=dict)
    readers: Mapping[str, Handlers] = field(default_factory=_readers)

    def __post_init__(self) -> None:
        self.dbs = {name: sqlite_database(name, self.folder, self.clock) for name in SERVICES}

    async def carry(self) -> None:
        """Carry all that is new, and what follows from it."""
        while fresh := [one for name in SERVICES for one in await self._fresh(self.dbs[name])]:
            for envelope in fresh:
                await self._hand_over(envelope)

    async def _hand_over(self, envelope: Envelope) -> None:
        for name, handlers in self.readers.items():
            if _wants(handlers, envelope):
                async with self.dbs[name].transaction(cause=envelope) as tx:
                    await handle_one(handlers, tx, envelope)

    async def _fresh(self, db: Database) -> list[Envelope]:
        async with db.reading() as session:
            rows = await session.execute(
                select(OUTBOX.c.stream, OUTBOX.c.seq, OUTBOX.c.payload).order_by(OUTBOX.c.seq)
            )
            found = [row for row in rows if row.seq > self.read.get(row.stream, 0)]
        for row in found:
            self.read[row.stream] = row.seq
        return [Envelope.read(row.payload) for row in found]

    async def close(self) -> None:
        """Close the databases."""
        for db in self.dbs.values():
            await db.close()


def _wants(handlers: Handlers, envelope: Envelope) -> bool:
    if not isinstance(envelope.data, Event) or envelope.data.feed() not in feeds_of(handlers.group):
        return False
    when = handlers.when.get(envelope.type)
    known = envelope.type in handlers.one or envelope.type in handlers.many
    return known and (when is None or when(envelope.data))
