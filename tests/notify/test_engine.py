"""The engine and the sender: what runs beside the requests, step by step."""

from datetime import date, timedelta

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notify import handlers, service_parcels
from services.notify.adapters import BusLedgerReader
from services.notify.domain import Outcome, Result, late_after
from services.notify.engine import CATCH_UP_POLL, LONGEST_WAIT, STANDBY_POLL, Engine, Patience, Sender
from services.notify.instruments import Instruments
from services.notify.models import DeliveryRow, NoticeRow
from services.notify.service_parcels import UNANSWERED_FOR
from shared.database import Database
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import (
    FakeBus,
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    decide_now,
    task_registered,
    tell,
)

SEVENTH_DAY_BEFORE = at(date(2023, 6, 21))
LIMIT = timedelta(seconds=30)


async def watched(open_database: OpenDatabase, tasks: int = 1) -> tuple[Database, FakeClock]:
    clock = FakeClock()
    db = open_database(clock)
    await adopt_shipped_rules(db)
    for number in range(tasks):
        await tell(db, handlers.on_task_registered, task_registered(f"t{number}"))
        await tell(db, handlers.on_clock_started, clock_started(f"t{number}"))
    await decide_now(db)
    return db, clock


def engine(db: Database, bus: FakeBus, registry: CollectorRegistry | None = None) -> Engine:
    return Engine(
        db,
        BusLedgerReader(bus),
        channels=["log"],
        patience=Patience(late_after(speed=1), LIMIT),
        instruments=Instruments(registry or CollectorRegistry()),
    )


def sender(db: Database, *channels: FakeChannel, registry: CollectorRegistry | None = None) -> Sender:
    return Sender(db, channels, instruments=Instruments(registry or CollectorRegistry()))


async def told(db: Database) -> int:
    async with db.reading() as session:
        return len((await session.scalars(select(NoticeRow).where(NoticeRow.text != ""))).all())


async def attempts(db: Database) -> list[tuple[int, str]]:
    async with db.reading() as session:
        rows = await session.scalars(select(DeliveryRow).order_by(DeliveryRow.number))
        return [(row.number, row.outcome) for row in rows]


async def test_an_engine_without_clocks_looks_again_in_a_second(open_database: OpenDatabase) -> None:
    idle = engine(open_database(FakeClock()), FakeBus())

    assert await idle.step() == LONGEST_WAIT


async def test_an_engine_on_a_replica_that_does_not_read_decides_nothing(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE

    wait = await engine(db, FakeBus(active=False, caught_up=SEVENTH_DAY_BEFORE)).step()

    assert (wait, await told(db)) == (STANDBY_POLL, 0)


async def test_an_engine_looks_once_in_a_round_and_bears_it_when_redis_is_away(
    open_database: OpenDatabase,
) -> None:
    db, clock = await watched(open_database)
    bus = FakeBus(look_fails=ConnectionError("redis is away"))
    running = engine(db, bus)
    clock.instant = SEVENTH_DAY_BEFORE

    waits = [await running.step() for _ in range(3)]

    assert waits == [CATCH_UP_POLL] * 3
    assert bus.looks == 1


async def test_an_engine_waits_no_longer_than_until_the_next_rung(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE - timedelta(milliseconds=300)

    assert await engine(db, FakeBus()).step() == 0.3


async def test_an_engine_plans_a_new_clock_even_when_nothing_is_due_yet(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_clock_started, clock_started(due=date(2023, 12, 29)))
    running = engine(db, FakeBus(caught_up=clock.now()))

    await running.step()

    assert await running.step() == LONGEST_WAIT
    assert await told(db) == 0


async def test_an_engine_decides_what_is_due_when_the_ledger_was_read(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE

    await engine(db, FakeBus(caught_up=SEVENTH_DAY_BEFORE)).step()

    assert await told(db) == 1


async def test_an_engine_waits_for_the_ledger_as_of_the_instant_at_which_it_began(
    open_database: OpenDatabase,
) -> None:
    db, clock = await watched(open_database)
    bus = FakeBus(caught_up=SEVENTH_DAY_BEFORE - timedelta(seconds=1))
    running = engine(db, bus)
    clock.instant = SEVENTH_DAY_BEFORE
    await running.step()
    held = await told(db)

    clock.advance(timedelta(seconds=5))
    bus.caught_up = SEVENTH_DAY_BEFORE
    await running.step()

    assert (held, await told(db)) == (0, 1)


async def test_an_engine_gives_up_waiting_after_the_limit_and_says_so(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    registry = CollectorRegistry()
    running = engine(db, FakeBus(), registry)
    clock.instant = SEVENTH_DAY_BEFORE
    await running.step()
    assert registry.get_sample_value("duban_notice_engine_waiting") == 1

    clock.advance(LIMIT)
    await running.step()

    assert await told(db) == 1
    assert registry.get_sample_value("duban_notices_decided_behind_total") == 1


async def test_lateness_is_counted_in_real_seconds(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    registry = CollectorRegistry()
    clock.instant = SEVENTH_DAY_BEFORE + timedelta(seconds=90)

    await engine(db, FakeBus(caught_up=clock.now()), registry).step()

    assert registry.get_sample_value("duban_notice_lateness_seconds_sum") == 90
    labels = {"rung": "warned", "late": "true"}
    assert registry.get_sample_value("duban_notices_total", labels) == 1


async def test_skipped_rungs_are_counted_apart(open_database: OpenDatabase) -> None:
    clock = FakeClock()
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_clock_started, clock_started())
    registry = CollectorRegistry()

    await engine(db, FakeBus(caught_up=clock.now()), registry).step()

    assert registry.get_sample_value("duban_notices_skipped_total", {"rung": "warned"}) == 1


@ON_BOTH
async def test_the_gauges_count_what_is_due_and_what_is_not_sent(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database, tasks=3)
    registry = CollectorRegistry()
    instruments = Instruments(registry)
    instruments.figures.follow(FakeBus())
    clock.instant = SEVENTH_DAY_BEFORE

    await instruments.collect(db, ["log"])
    due = registry.get_sample_value("duban_notices_pending")
    await decide_now(db)
    await instruments.collect(db, ["log"])

    assert due == 3
    assert registry.get_sample_value("duban_notices_pending") == 0
    assert registry.get_sample_value("duban_deliveries_pending", {"channel": "log"}) == 3


async def test_a_decided_notice_is_handed_to_its_channel_once(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE
    await decide_now(db)
    channel = FakeChannel()

    for _ in range(3):
        await sender(db, channel).step()

    assert [parcel.number for parcel in channel.parcels] == [1]
    assert await attempts(db) == [(1, "sent")]


async def test_a_kill_between_decision_and_sending_loses_nothing(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE
    await decide_now(db)
    reopened, channel = open_database(clock), FakeChannel()

    await sender(reopened, channel).step()

    assert len(channel.parcels) == 1


@ON_BOTH
async def test_an_attempt_that_a_kill_left_without_answer_is_unknown_and_repeated(
    open_database: OpenDatabase,
) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE
    await decide_now(db)
    async with db.transaction() as tx:
        (lost,) = await service_parcels.begin_sending(tx, real_now=clock.real_now())
    channel = FakeChannel()

    for _ in range(2):
        clock.advance(UNANSWERED_FOR + timedelta(seconds=5))
        await sender(db, channel).step()

    assert await attempts(db) == [(1, "unknown"), (2, "sent")]
    assert [parcel.id for parcel in channel.parcels] == [lost.id]


@ON_BOTH
async def test_a_channel_that_fails_is_tried_again_later(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE
    await decide_now(db)
    channel = FakeChannel(raises=OSError("the line is dead"))

    await sender(db, channel).step()
    await sender(db, channel).step()
    clock.advance(timedelta(seconds=5))
    await sender(db, channel).step()

    assert await attempts(db) == [(1, "failed"), (2, "failed"), (3, "waiting")]


async def test_a_refused_notice_is_not_tried_again(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE
    await decide_now(db)
    registry = CollectorRegistry()

    await sender(db, FakeChannel(outcome=Outcome(Result.REFUSED, "no such person")), registry=registry).step()

    assert await attempts(db) == [(1, "refused")]
    labels = {"channel": "log", "outcome": "refused"}
    assert registry.get_sample_value("duban_deliveries_total", labels) == 1


async def test_a_notice_for_a_channel_that_is_switched_off_is_refused(open_database: OpenDatabase) -> None:
    db, clock = await watched(open_database)
    clock.instant = SEVENTH_DAY_BEFORE
    await decide_now(db)

    await sender(db).step()

    assert await attempts(db) == [(1, "refused")]
