"""The catalogue's 430 tasks as the tasks service tells of them, in a notify database; and the drill that then runs."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from deploy.catalogue import CATALOGUE
from services.notify import repository, service_parcels
from services.notify.domain import late_after
from services.notify.engine import Engine, Patience, Sender
from services.notify.forecast.domain import Window
from services.notify.handlers import build_handlers
from services.notify.instruments import Instruments
from services.notify.models import NoticeRow
from services.notify.repository_notices import TOLD
from services.tasks import catalogue
from shared.clock import at_local
from shared.database import Database
from shared.events.envelope import Envelope, Event, Feed
from shared.testing import FakeClock, published, sqlite_database
from tests.notify.made import FakeBus, FakeChannel, adopt_shipped_rules

ISSUED, BEGAN = date(2023, 4, 25), at_local(date(2023, 6, 20), 9)


async def told_by_the_ledger(folder: Path) -> list[Envelope]:
    """Load the catalogue as of the day of issue when the drill begins; give what the tasks service published."""
    clock = FakeClock(BEGAN)
    tasks = sqlite_database("tasks", folder, clock)
    await catalogue.load(tasks, CATALOGUE, as_of=at_local(ISSUED, 9), now=clock.instant)
    told = await published(tasks)
    await tasks.close()
    return told


async def notify_of(folder: Path, told: Iterable[Envelope], clock: FakeClock) -> Database:
    """Let notify read it all."""
    db, handlers = sqlite_database("notify", folder, clock), build_handlers(["log"]).one
    await adopt_shipped_rules(db)
    async with db.transaction() as tx:
        for envelope in told:
            tx.cause = envelope
            if isinstance(envelope.data, Event) and envelope.data.type in handlers:
                await handlers[envelope.data.type](tx, envelope.data)
    return db


class Drill:
    """The engine and the sender on a clock that is moved from one instant to the next at which they have work."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db, self.clock = db, clock
        self.channel = FakeChannel()
        self.left: dict[str, datetime] = {}
        instruments, bus = Instruments(CollectorRegistry()), FakeBus()
        patience = Patience(late_after(speed=1), late_after(speed=1))
        feeds: tuple[Feed, ...] = ("supervision", "ratings")
        self.engines = [
            Engine(
                db, _CaughtUp(bus, clock, feed), channels=["log"], patience=patience, instruments=instruments
            )
            for feed in feeds
        ]
        self.sender = Sender(db, [self.channel], instruments=instruments)

    async def run(self, until: datetime) -> None:
        """Go on until there is nothing left to do before `until`."""
        while True:
            for engine in self.engines:
                while await engine.step() == 0:
                    pass
            async with self.db.reading() as session:
                seen = await service_parcels.look(session, self.clock)
                decides_at = await repository.next_look(session)
            if seen.anything:
                await self.sender.step()
                self._note()
                continue
            instants = [one for one in (seen.next_at, decides_at) if one is not None and one <= until]
            if not instants:
                return
            self.clock.instant = min(instants)

    def _note(self) -> None:
        for parcel in self.channel.parcels:
            self.left.setdefault(parcel.id, self.clock.now())

    def messages(self, window: Window) -> set[tuple[str, str, datetime, bool, tuple[str, ...]]]:
        """Give what left in a window: channel, mailbox, instant, haste, notices."""
        return {
            (
                parcel.channel,
                parcel.recipient,
                self.left[parcel.id],
                parcel.urgent,
                tuple(sorted(letter.notice_id for letter in parcel.letters)),
            )
            for parcel in self.channel.parcels
            if window.holds(self.left[parcel.id])
        }

    async def notices(self, window: Window) -> set[tuple[str, str, str, datetime]]:
        """Give what was decided in a window: id, task, mailbox, instant of the plan."""
        async with self.db.reading() as session:
            rows = await session.scalars(select(NoticeRow).where(NoticeRow.verdict.in_(TOLD)))
            return {
                (row.id, row.task_id, row.recipient, row.planned_at)
                for row in rows
                if window.holds(row.planned_at)
            }


class _CaughtUp:
    """A feed that was read up to the present instant."""

    def __init__(self, bus: FakeBus, clock: FakeClock, feed: Feed) -> None:
        self.bus, self.clock, self.feed = bus, clock, feed

    def is_active(self) -> bool:
        return self.bus.active

    def caught_up_at(self) -> datetime:
        return self.clock.now()

    async def look(self) -> None:
        await self.bus.look()
