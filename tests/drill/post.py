"""Lets notify follow the played year: every morning it reads what the ledger published, decides and sends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy import func, select

from services.notify.channels.log import LogChannel
from services.notify.engine import Engine, Patience, Sender
from services.notify.handlers import build_handlers
from services.notify.instruments import Instruments
from services.notify.models import NoticeRow, ParcelRow
from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import shipped_rules
from shared.clock import Clock, at_local, local_date
from shared.database import Database
from shared.events.envelope import Envelope, Feed
from shared.tables import OUTBOX
from shared.testing import sqlite_database

CHANNELS = ("log",)


@dataclass(frozen=True, slots=True)
class ReadAll:
    """A bus that has read everything."""

    clock: Clock
    feed: Feed = "supervision"

    def is_active(self) -> bool:
        return True

    def caught_up_at(self) -> datetime:
        return self.clock.now()

    async def look(self) -> None: ...


@dataclass
class Post:
    """The notify service beside a played ledger.

    Attributes:
        read: Sequence of the last event that it read.
    """

    ledger: Database
    db: Database
    engine: Engine
    sender: Sender
    read: int = 0
    handlers: dict[str, Any] = field(default_factory=lambda: build_handlers(CHANNELS).one)

    async def morning(self) -> None:
        """Read what was published since yesterday, decide what is due and send what may leave."""
        async with self.ledger.reading() as session:
            fresh = select(OUTBOX.c.seq, OUTBOX.c.payload).where(OUTBOX.c.seq > self.read)
            rows = (await session.execute(fresh.order_by(OUTBOX.c.seq))).all()
        async with self.db.transaction() as tx:
            for seq, payload in rows:
                tx.cause, self.read = Envelope.read(payload), seq
                if handler := self.handlers.get(tx.cause.type):
                    await handler(tx, tx.cause.data)
        for part in (self.engine, self.sender):
            while await part.step() == 0.0:
                pass

    async def asks(self) -> list[tuple[str, str, int]]:
        """Count the asks for reports by task, month and unit."""
        month = func.substr(NoticeRow.due_at, 1, 7)
        key = (NoticeRow.task_id, month)
        stated = (
            select(*key, func.count()).where(NoticeRow.rung == "asked").group_by(*key, NoticeRow.recipient)
        )
        async with self.db.reading() as session:
            return [(task, when, count) for task, when, count in await session.execute(stated)]

    async def parcels(self) -> Sequence[ParcelRow]:
        """Read all messages that left."""
        async with self.db.reading() as session:
            return (await session.scalars(select(ParcelRow).where(ParcelRow.sent_at.is_not(None)))).all()


async def open_post(folder: Path, ledger: Database, clock: Clock) -> Post:
    """Put an empty notify service beside a ledger."""
    db = sqlite_database("notify", folder, clock)
    async with db.transaction() as tx:
        await adopt_shipped(tx, shipped_rules())
    instruments = Instruments(CollectorRegistry())
    patience = Patience(timedelta(minutes=1), timedelta(seconds=30))
    engine = Engine(db, ReadAll(clock), channels=CHANNELS, patience=patience, instruments=instruments)
    return Post(ledger, db, engine, Sender(db, [LogChannel()], instruments=instruments))


def at_nine(day: date) -> datetime:
    """Give the hour at which notices are planned and messages leave."""
    return at_local(day, 9)


def hour_of(parcel: ParcelRow) -> tuple[date, int]:
    """Give the day and hour (Shanghai) at which a message left."""
    assert parcel.sent_at is not None
    day = local_date(parcel.sent_at)
    return day, int((parcel.sent_at - at_local(day)).total_seconds() // 3600)
