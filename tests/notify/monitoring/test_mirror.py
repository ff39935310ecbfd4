"""The mirror of services and the rounds over it, on both databases."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notify import handlers
from services.notify.adapters import BusLedgerReader
from services.notify.engine import CATCH_UP_POLL, Engine, Patience
from services.notify.instruments import Instruments
from services.notify.models import ClockRow, NoticeRow, ServicePauseRow, ServiceRow
from services.notify.monitoring.repository import codes_of, units_of
from services.notify.monitoring.retention import AT_ONCE, PAUSE_S, REST_S, Retention
from shared.database import Database
from shared.events import Event
from shared.events.deadlines import ServiceNoticed
from shared.events.supervision import CalendarRevised
from shared.testing import FakeClock, events_of
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import FakeBus, adopt_shipped_rules, at, tell, told
from tests.notify.monitoring.made import ACCEPTED, OVERDUE, WARNED, decide, hear
from tests.notify.timeline.services import (
    CODE,
    SERVICE,
    accepted,
    completed,
    paused,
    resumed,
    unit_with,
)

BEGAN = "2023-06-12 10:00"
STORY: tuple[Event, ...] = (
    accepted(BEGAN),
    paused("2023-06-13 15:00"),
    resumed("2023-06-14 11:00"),
    completed("2023-06-16 11:00"),
)


async def opened(open_database: OpenDatabase) -> tuple[Database, FakeClock]:
    """Open a service that knows its rules and one unit, at the hour of 受理."""
    clock = FakeClock(ACCEPTED)
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_unit_registered, unit_with())
    return db, clock


async def row_of(db: Database) -> tuple[object, ...]:
    """Read where the service stands, all that it rests on, and its clocks."""
    async with db.reading() as session:
        row = (await session.scalars(select(ServiceRow))).one()
        pauses = [
            (one.number, one.paused_at, one.resumed_at)
            for one in await session.scalars(select(ServicePauseRow))
        ]
        clocks = [(one.due_at, one.next_at) for one in await session.scalars(select(ClockRow))]
    return row.state, row.due_at, row.promised, row.completed_at, row.basis, pauses, clocks


@ON_BOTH
async def test_a_service_is_told_of_once_however_often_its_events_come(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    await hear(db, accepted(BEGAN))
    await decide(db)
    clock.instant = WARNED

    first = await decide(db)
    await hear(db, accepted(BEGAN))
    again = await decide(db)

    assert told(first) == [("warned", -2, "zjj")]
    assert (list(again), len(await events_of(db, ServiceNoticed))) == ([], 1)


@ON_BOTH
async def test_an_overdue_service_goes_up_the_line_on_both_databases(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    await hear(db, accepted(BEGAN))
    clock.instant = OVERDUE

    found = told(await decide(db))

    assert found == [
        ("warned", -2, "zjj"),
        ("due", 0, "zjj"),
        ("overdue", 1, "zjj"),
        ("overdue", 1, "supervision-office"),
    ]


@ON_BOTH
@pytest.mark.parametrize("order", list(permutations(range(4)))[::7])
async def test_facts_are_a_set(open_database: OpenDatabase, order: tuple[int, ...]) -> None:
    db, clock = await opened(open_database)
    for place in order:
        await hear(db, STORY[place], first=place + 1)
        await decide(db)
        clock.advance(timedelta(minutes=1))
    seen = await row_of(db)

    assert seen[:2] == ("completed", at(date(2023, 6, 28), 23, 59) + timedelta(seconds=59))
    assert seen[5:] == ([(1, at(date(2023, 6, 13), 15), at(date(2023, 6, 14), 11))], [])


@ON_BOTH
async def test_what_stands_later_in_the_feed_holds_whenever_it_comes(open_database: OpenDatabase) -> None:
    db, _ = await opened(open_database)
    await hear(db, accepted(BEGAN, promised=3), first=9)
    await hear(db, accepted(BEGAN, promised=20), first=8)
    await decide(db)

    assert (await row_of(db))[:3] == ("open", at(date(2023, 6, 15), 23, 59) + timedelta(seconds=59), 3)


async def test_a_longer_promise_begins_the_rungs_anew(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    await hear(db, accepted(BEGAN))
    clock.instant = WARNED
    first = told(await decide(db))
    await hear(db, accepted(BEGAN, promised=15), first=2)
    again = told(await decide(db))
    clock.instant = at(date(2023, 6, 29))

    assert (first, again) == ([("warned", -2, "zjj")], [])
    assert told(await decide(db)) == [("warned", -3, "zjj")]


async def test_a_pause_alone_is_kept_until_the_service_is_heard_of(open_database: OpenDatabase) -> None:
    db, _ = await opened(open_database)
    await hear(db, paused("2023-06-12 15:00"))
    await decide(db)
    await hear(db, accepted(BEGAN), first=2)
    await decide(db)

    assert (await row_of(db))[0] == "paused"


async def test_a_revised_calendar_moves_what_is_due_in_its_year(open_database: OpenDatabase) -> None:
    db, _ = await opened(open_database)
    await hear(db, accepted(BEGAN))
    await decide(db)
    revised = CalendarRevised(year=2023, days_off=(date(2023, 6, 27),), workdays=(), complete=False)
    await tell(db, handlers.on_calendar_revised, revised, revision=2)
    await decide(db)

    assert (await row_of(db))[1] == at(date(2023, 6, 28), 23, 59) + timedelta(seconds=59)


@ON_BOTH
async def test_codes_name_the_unit_that_answers_now(open_database: OpenDatabase) -> None:
    db, _ = await opened(open_database)
    gone = unit_with("old", "cgj").model_copy(update={"successor": "zjj", "codes": ("old", CODE)})
    await tell(db, handlers.on_unit_registered, gone)
    await tell(
        db, handlers.on_unit_registered, unit_with("other", "czj"), unit_with("new", "czj"), revision=2
    )

    async with db.reading() as session:
        assert await units_of(session, {CODE, "old", "new", "other"}) == {
            CODE: "zjj",
            "old": "zjj",
            "new": "czj",
        }
        assert await codes_of(session, "zjj") == {CODE, "old"}


@ON_BOTH
async def test_services_that_were_finished_long_ago_are_removed_and_their_notices_stay(
    open_database: OpenDatabase,
) -> None:
    db, clock = await opened(open_database)
    await hear(db, *STORY[:3], accepted(BEGAN, "s1:2"))
    clock.instant = WARNED
    await decide(db)
    await hear(db, completed("2023-06-25 10:00"), first=9)
    await decide(db)
    clock.advance(timedelta(days=401))

    wait = await Retention(db, keep=timedelta(days=400)).step()

    async with db.reading() as session:
        left = list(await session.scalars(select(ServiceRow.service_id)))
        pauses, notices = (
            (await session.scalars(select(ServicePauseRow))).all(),
            list(await session.scalars(select(NoticeRow.task_id))),
        )
    assert (wait, left, pauses, notices) == (REST_S, ["s1:2"], [], ["s1:2"])


async def test_much_that_is_old_is_removed_in_parts(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    async with db.transaction() as tx:
        old = [
            {"subject": f"s{number}", "service_id": "s", "state": "completed"}
            for number in range(AT_ONCE + 1)
        ]
        tx.session.add_all(ServiceRow(**one, settled_at=clock.instant) for one in old)
    clock.advance(timedelta(days=401))
    retention = Retention(db, keep=timedelta(days=400))

    assert [await retention.step(), await retention.step()] == [PAUSE_S, REST_S]


def test_the_gauge_shows_that_any_of_the_engines_waits() -> None:
    registry, seen = CollectorRegistry(), list[float | None]()
    instruments = Instruments(registry)
    for feed, holds in (("ratings", True), ("supervision", True), ("ratings", False), ("supervision", False)):
        instruments.waits(feed, holds=holds)
        seen.append(registry.get_sample_value("duban_notice_engine_waiting"))

    assert seen == [1, 1, 1, 0]


async def test_ratings_that_are_unread_hold_up_services_alone(open_database: OpenDatabase) -> None:
    db, clock = await opened(open_database)
    await hear(db, accepted(BEGAN))
    bus = FakeBus(caught_up=WARNED, ratings_unread=True)
    reader, patience = BusLedgerReader(bus, "ratings"), Patience(timedelta(minutes=1), timedelta(seconds=30))

    engine = Engine(
        db, reader, channels=["log"], patience=patience, instruments=Instruments(CollectorRegistry())
    )
    clock.instant = WARNED

    waited = await engine.step()
    bus.ratings_unread = False

    assert (waited, await engine.step(), BusLedgerReader(bus).caught_up_at()) == (CATCH_UP_POLL, 0.0, WARNED)
    assert [one.service_id for one in await events_of(db, ServiceNoticed)] == [SERVICE]
