"""The life of one task as it happens: told to notify, decided, sent, and archived by a real gateway."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import httpx
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notify import handlers
from services.notify.domain import Outcome, Result
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from services.notify.ports import Parcel
from services.notify.proof import repository
from services.notify.proof.adapters import HttpArchive
from services.notify.proof.page import ProofPage
from services.notify.proof.service import prove
from shared.clock import LiveClock, end_of_day
from shared.database import Database
from shared.events import Event
from shared.events.envelope import Envelope, Meta, render
from shared.events.supervision import (
    ClockStarted,
    ExtensionDecided,
    ExtensionRequested,
    TaskClosed,
    TaskReassigned,
    TaskRegistered,
    TaskReturned,
)
from shared.streams import Entry
from shared.tables import OUTBOX
from shared.testing import FakeClock
from tests.gateway.world import SECRET, World
from tests.notify.made import adopt_shipped_rules, at, clock_started, decide_now, task_registered

TOLD_OF: dict[type[Event], Callable[[Any, Any], Awaitable[None]]] = {
    TaskRegistered: handlers.on_task_registered,
    ClockStarted: handlers.on_clock_started,
    TaskReassigned: handlers.on_task_step,
    TaskReturned: handlers.on_told_step(["log"]),
    TaskClosed: handlers.on_task_closed,
}
JULY_20 = date(2023, 7, 20)


class Killed(BaseException):
    """The process ended while the channel was called."""


@dataclass(slots=True)
class Channel:
    """A channel that takes everything, or kills the process once."""

    kills: bool = False
    name: str = "log"
    ids: list[str] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Outcome:
        """Take it."""
        self.ids.append(parcel.id)
        if self.kills:
            self.kills = False
            raise Killed
        return Outcome(Result.SENT)


class Life:
    """One task, from the ledger to the archive."""

    def __init__(self, db: Database, clock: FakeClock, gateway: World) -> None:
        self.db, self.clock, self.gateway = db, clock, gateway
        self.channel = Channel()
        self._sender = Sender(db, [self.channel], instruments=Instruments(CollectorRegistry()))
        self._ledger = 0
        self._archived = 0

    async def happen(self, *events: Event) -> None:
        """Let the ledger say something now, to notify and to the archive."""
        for event in events:
            self._ledger += 1
            meta = Meta(f"e{self._ledger}", "/services/tasks", self.clock.now(), revision=self._ledger)
            raw = render(event, meta=meta, sequence=self._ledger)
            await self.gateway.archive(Entry("supervision", self._ledger, raw))
            if type(event) in TOLD_OF:
                async with self.db.transaction(cause=Envelope.read(raw)) as tx:
                    await TOLD_OF[type(event)](tx, event)

    async def live_until(self, *instants: datetime, up: bool = True) -> None:
        """Decide and send at each instant; a service that is down does neither."""
        for instant in instants:
            self.clock.instant = instant
            if up:
                await decide_now(self.db)
                await self._send()
        await self._archive()

    async def run(self, begin: datetime, end: datetime) -> None:
        """Write down that a replica ran."""
        async with self.db.transaction() as tx:
            await repository.keep_run(tx.session, f"{begin}", begin, alive_at=end)

    async def prove(self, unit: str = "") -> ProofPage:
        """Make the page."""
        return await prove(self.db, self.archive, "t1", unit=unit)

    @property
    def archive(self) -> HttpArchive:
        """The gateway's real archive."""
        transport = httpx.ASGITransport(self.gateway.apps.inner)
        return HttpArchive("http://inner", secret=SECRET, clock=LiveClock(), transport=transport)

    async def _send(self) -> None:
        try:
            while await self._sender.step() == 0:
                pass
        except Killed:
            return

    async def _archive(self) -> None:
        rows = select(OUTBOX.c.stream, OUTBOX.c.seq, OUTBOX.c.payload).where(OUTBOX.c.seq > self._archived)
        async with self.db.reading() as session:
            found = [Entry(*row) for row in await session.execute(rows.order_by(OUTBOX.c.seq))]
        await self.gateway.archive(*found)
        self._archived += len(found)


def june(day: int, hour: int = 9) -> datetime:
    return at(date(2023, 6, day), hour)


def july(day: int, hour: int = 9) -> datetime:
    return at(date(2023, 7, day), hour)


async def whole_life(life: Life) -> None:
    """Registered, warned, extended, handed over, sent in a crash, missed in a downtime, reminded, closed."""
    await adopt_shipped_rules(life.db)
    await life.run(june(1, 8), july(15))
    await life.happen(task_registered(), clock_started(recorded_at=life.clock.now()))
    await life.live_until(june(2), june(21), june(27))
    await life.happen(_asked(), _granted(), clock_started(due=JULY_20, recorded_at=life.clock.now()))
    await life.live_until(july(3))
    await life.happen(task_registered(units=[("u2", "lead")]), TaskReassigned(task_id="t1", state="assigned"))
    life.channel.kills = True
    await life.live_until(july(13), july(13, 10), july(13, 11))
    await life.live_until(july(17), up=False)
    await life.run(july(18, 8), july(20, 18))
    await life.live_until(july(18), july(19), july(20))
    life.clock.instant = july(20, 17)
    await life.happen(TaskClosed(task_id="t1", state="closed", closed_at=life.clock.now()))
    await life.live_until(july(24))


def _asked() -> ExtensionRequested:
    old = end_of_day(date(2023, 6, 30))
    return ExtensionRequested(
        task_id="t1", number=1, clock="finish", unit_id="u1", old_due_at=old, wanted_on=JULY_20
    )


def _granted() -> ExtensionDecided:
    return ExtensionDecided(task_id="t1", number=1, clock="finish", granted_on=JULY_20, outcome="granted")


def keys(page: ProofPage) -> Sequence[tuple[object, ...]]:
    """Name the key of each notice that was told."""
    return [
        (one.clock, one.due_at, one.rung, one.offset_days, one.occurrence, one.recipient)
        for one in page.notices
        if one.told
    ]
