"""Things that the tests of the notify service make, each with what the test doesn't care about filled in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from prometheus_client import CollectorRegistry

from services.notify.domain import Outcome, Reading, Result, RunningClock, late_after
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from services.notify.ports import Channel, Parcel
from services.notify.rulebooks.service import adopt_shipped
from services.notify.rules import Rule, read_rulebook, shipped_rules
from services.notify.service_notices import Decision, Round, decide_due
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events import Event, Feed
from shared.events.supervision import ClockStarted, Role, TaskRegistered, UnitRole
from shared.testing import DRILL_START, envelope

SENT = Outcome(Result.SENT)
LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
JUNE_30 = date(2023, 6, 30)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return at_local(day, hour, minute)


def rule(**changes: object) -> Rule:
    return read_rulebook(shipped_rules()).for_kind("action").model_copy(update=changes)


def clock(due: date = JUNE_30, *, known_from: datetime = LONG_AGO, **changes: object) -> RunningClock:
    made = {"task_id": "t1", "clock": "finish", "due_at": end_of_day(due), "known_from": known_from}
    return RunningClock(**{**made, **changes})  # type: ignore[arg-type]  # The tests name the fields.


def task_registered(
    task_id: str = "t1", units: Sequence[tuple[str, Role]] = (("u1", "lead"),), title: str = "建设示范路"
) -> TaskRegistered:
    roles = tuple(UnitRole(unit_id=unit, role=role) for unit, role in units)
    return TaskRegistered(task_id=task_id, kind="action", number="1", title=title, units=roles)


def clock_started(
    task_id: str = "t1", due: date = JUNE_30, *, recorded_at: datetime = DRILL_START, name: str = "finish"
) -> ClockStarted:
    return ClockStarted(
        task_id=task_id,
        clock=name,
        kind="action",
        started_at=at(date(2023, 4, 25)),
        recorded_at=recorded_at,
        due_at=end_of_day(due),
    )


async def tell(db: Database, handler: object, *events: Event, revision: int = 1) -> None:
    """Give each event to a handler once, as the bus would."""
    for sequence, event in enumerate(events, 1):
        cause = envelope(event, sequence=sequence, revision=revision)
        async with db.transaction(cause=cause) as tx:
            await handler(tx, cause.data)  # type: ignore[operator]  # Any handler of the service.


async def adopt_shipped_rules(db: Database) -> None:
    async with db.transaction() as tx:
        await adopt_shipped(tx, shipped_rules())


def round_at(as_of: datetime, *, reading: Reading = Reading.CAUGHT_UP, limit: int = 500) -> Round:
    return Round(
        as_of=as_of,
        reading=reading,
        late_after=late_after(speed=1),
        channels=("log",),
        real_now=as_of,
        limit=limit,
    )


async def decide_now(db: Database, **changes: object) -> Sequence[Decision]:
    """Run one round of the engine as of the database's clock."""
    round_ = round_at(db.clock.now(), **changes)  # type: ignore[arg-type]  # The tests name the fields.
    async with db.transaction() as tx:
        _, decisions = await decide_due(tx, round_)
    return decisions


def told(decisions: Sequence[Decision]) -> list[tuple[str, int, str]]:
    """Name what was told: rung, offset and recipient."""
    return [
        (one.notice.rung.rung, one.notice.rung.offset_days, one.notice.recipient)
        for one in decisions
        if one.verdict.is_told
    ]


@dataclass(slots=True)
class FakeBus:
    """A bus that has read as far as a test says: nothing, unless told otherwise."""

    caught_up: datetime | None = None
    active: bool = True
    looks: int = 0
    ratings_unread: bool = False
    look_fails: Exception | None = None
    trouble: list[str] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def collect(self) -> None: ...

    def problems(self) -> list[str]:
        return self.trouble

    def is_active(self) -> bool:
        return self.active

    def caught_up_at(self, feed: Feed) -> datetime | None:
        if feed == "ratings" and self.ratings_unread:
            return None
        return self.caught_up

    async def look(self) -> None:
        self.looks += 1
        if self.look_fails is not None:
            raise self.look_fails


@dataclass(slots=True)
class FakeChannel:
    """A channel that keeps what it is handed and answers what a test says."""

    outcome: Outcome = SENT
    raises: Exception | None = None
    parcels: list[Parcel] = field(default_factory=list)
    name: str = "log"

    async def send(self, parcel: Parcel) -> Outcome:
        self.parcels.append(parcel)
        if self.raises is not None:
            raise self.raises
        return self.outcome


def sender(db: Database, *channels: Channel) -> Sender:
    """Make a sender over channels."""
    return Sender(db, channels, instruments=Instruments(CollectorRegistry()))
