from datetime import date

from sqlalchemy import select

from services.notify import handlers, repository
from services.notify.models import ClockRow, TaskRow, TaskUnitRow, UnitRow
from shared.clock import end_of_day
from shared.database import Database
from shared.events import Event
from shared.events.supervision import (
    CalendarRevised,
    ClockStopped,
    TaskAccepted,
    TaskClosed,
    UnitRegistered,
)
from shared.testing import DRILL_START, FakeClock, deliver_twice, envelope
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import (
    JUNE_30,
    adopt_shipped_rules,
    clock_started,
    decide_now,
    task_registered,
    tell,
    told,
)

pytestmark = ON_BOTH
JULY_31 = date(2023, 7, 31)


async def clock_row(db: Database) -> ClockRow:
    async with db.reading() as session:
        return (await session.scalars(select(ClockRow))).one()


async def test_a_unit_is_mirrored_and_renamed(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    renamed = UnitRegistered(unit_id="u1", name="住建局", kind="bureau")

    await deliver_twice(
        db, handlers.on_unit_registered, renamed.model_copy(update={"name": "建设局"}), renamed
    )

    async with db.reading() as session:
        assert [unit.name for unit in await session.scalars(select(UnitRow))] == ["住建局"]


async def test_a_task_is_mirrored_with_its_units_in_the_order_of_the_document(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock())
    units = [("u9", "lead"), ("u1", "responsible"), ("u9", "responsible"), ("u1", "responsible")]

    await deliver_twice(db, handlers.on_task_registered, task_registered(units=units))  # type: ignore[arg-type]  # Roles.

    async with db.reading() as session:
        known = await repository.known_tasks(session, ["t1"])
        assert [unit[:2] for unit in known["t1"].units] == units[:3]


async def test_a_revised_task_gets_its_new_units_and_keeps_its_state(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await tell(db, handlers.on_task_registered, task_registered())
    await tell(db, handlers.on_task_step, TaskAccepted(task_id="t1", state="accepted"), revision=2)

    await tell(db, handlers.on_task_registered, task_registered(units=[]), revision=3)

    async with db.reading() as session:
        assert (await session.scalars(select(TaskRow.state))).all() == ["accepted"]
        assert not (await session.scalars(select(TaskUnitRow))).all()


async def test_an_older_revision_changes_nothing(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await tell(db, handlers.on_task_registered, task_registered(title="新"), revision=5)
    await tell(db, handlers.on_clock_started, clock_started(due=JULY_31), revision=5)

    await tell(db, handlers.on_task_registered, task_registered(title="旧", units=[]), revision=4)
    await tell(db, handlers.on_clock_started, clock_started(due=JUNE_30), revision=4)

    async with db.reading() as session:
        known = await repository.known_tasks(session, ["t1"])
    assert (known["t1"].title, len(known["t1"].units)) == ("新", 1)
    assert (await clock_row(db)).due_at == end_of_day(JULY_31)


async def test_a_state_is_mirrored(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await tell(db, handlers.on_task_registered, task_registered())

    await deliver_twice(db, handlers.on_task_step, TaskAccepted(task_id="t1", state="accepted"))

    async with db.reading() as session:
        assert (await session.scalars(select(TaskRow.state))).all() == ["accepted"]


async def test_a_started_clock_is_looked_at_now(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())

    await deliver_twice(db, handlers.on_clock_started, clock_started())

    assert (await clock_row(db)).next_at == DRILL_START


async def test_the_same_due_instant_keeps_what_was_decided_and_another_begins_anew(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock())
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_clock_started, clock_started())
    await decide_now(db)

    await tell(db, handlers.on_clock_started, clock_started(), revision=2)
    kept = (await clock_row(db)).decided_offset
    await tell(db, handlers.on_clock_started, clock_started(due=JULY_31), revision=3)

    assert (kept, (await clock_row(db)).decided_offset) == (-30, None)


async def test_a_stopped_clock_is_not_looked_at(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await tell(db, handlers.on_clock_started, clock_started())

    stop = ClockStopped(task_id="t1", clock="finish", stopped_at=DRILL_START)
    await deliver_twice(db, handlers.on_clock_stopped, envelope(stop, revision=2))

    row = await clock_row(db)
    assert (row.stopped_at, row.next_at) == (DRILL_START, None)


async def test_another_clock_of_the_task_runs_on(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await tell(db, handlers.on_clock_started, clock_started(), clock_started(name="report"))

    await tell(
        db, handlers.on_clock_stopped, ClockStopped(task_id="t1", clock="report", stopped_at=DRILL_START)
    )

    async with db.reading() as session:
        running = await session.scalars(select(ClockRow.clock).where(ClockRow.next_at.is_not(None)))
        assert running.all() == ["finish"]


async def test_a_closing_stops_every_clock_of_the_task(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await tell(db, handlers.on_task_registered, task_registered())
    await tell(db, handlers.on_clock_started, clock_started(), clock_started(name="report"))

    closing = TaskClosed(task_id="t1", state="closed", closed_at=DRILL_START)
    await deliver_twice(db, handlers.on_task_closed, envelope(closing, revision=2))

    async with db.reading() as session:
        assert set(await session.scalars(select(ClockRow.next_at))) == {None}
        assert (await session.scalars(select(TaskRow.state))).all() == ["closed"]


async def test_a_clock_that_runs_again_under_the_same_date_skips_what_passed_in_between(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db = open_database(clock)
    await adopt_shipped_rules(db)
    events: list[Event] = [task_registered(), clock_started()]
    for handler, event in zip((handlers.on_task_registered, handlers.on_clock_started), events, strict=True):
        await tell(db, handler, event)
    await tell(
        db, handlers.on_clock_stopped, ClockStopped(task_id="t1", clock="finish", stopped_at=DRILL_START)
    )

    clock.instant = end_of_day(date(2023, 6, 28))
    await tell(db, handlers.on_clock_started, clock_started(recorded_at=clock.now()), revision=2)

    assert told(await decide_now(db)) == []


async def test_a_revised_year_is_kept_and_an_older_one_is_not(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    day = date(2027, 2, 8)

    newer = CalendarRevised(year=2027, days_off=(day,), complete=True)
    await deliver_twice(db, handlers.on_calendar_revised, envelope(newer, revision=2))
    await tell(db, handlers.on_calendar_revised, CalendarRevised(year=2027, workdays=(day,)), revision=1)

    async with db.reading() as session:
        calendar = await repository.calendar(session)
    assert not calendar.is_workday(day)
    assert not calendar.is_provisional(date(2027, 3, 1))
