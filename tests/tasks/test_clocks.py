"""A clock runs from assignment to closing, to the last second of the printed day."""

from datetime import date

from services.tasks.ledger.domain import Move
from services.tasks.models import ClockRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.supervision import ClockStarted, ClockStopped
from shared.testing import DRILL_START, events_of
from tests.tasks import factories as make

ALL = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


async def revise(db: Database, **changes: object) -> None:
    """Confirm a revised document in which task 1 differs."""
    await make.confirm(db, make.document([make.task("1", **changes), make.task("2")]), content=str(changes))


async def test_assignment_starts_the_clock_to_the_end_of_the_printed_day(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)

    [started] = await events_of(ledger, ClockStarted)

    assert (started.clock, started.kind, started.printed) == ("finish", "action", True)
    assert (started.started_at, started.due_at) == (DRILL_START, end_of_day(make.JUNE))
    assert started.recorded_at == DRILL_START


async def test_a_task_without_a_date_has_no_clock(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN, number="3")

    assert await make.rows(ledger, ClockRow) == []
    assert await events_of(ledger, ClockStarted) == []


async def test_closing_stops_the_clock(ledger: Database) -> None:
    await make.walk(ledger, *ALL)

    [stopped] = await events_of(ledger, ClockStopped)
    [clock] = await make.rows(ledger, ClockRow)

    assert (stopped.clock, stopped.stopped_at, clock.stopped_at) == ("finish", DRILL_START, DRILL_START)


async def test_a_revised_date_moves_the_clock_and_keeps_the_first_one(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=make.SEPTEMBER)

    [clock] = await make.rows(ledger, ClockRow)
    told = [event.due_at for event in await events_of(ledger, ClockStarted)]

    assert (clock.original_due_at, clock.due_at) == (end_of_day(make.JUNE), end_of_day(make.SEPTEMBER))
    assert told == [end_of_day(make.JUNE), end_of_day(make.SEPTEMBER)]


async def test_a_date_that_is_taken_away_stops_the_clock_once(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=None)
    await revise(ledger, deadline=None, title="又一次")

    assert len(await events_of(ledger, ClockStopped)) == 1
    assert (await make.get(ledger)).light == "undated"


async def test_a_date_that_comes_back_starts_the_clock_again(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=None)
    await revise(ledger, deadline=make.JUNE)

    [clock] = await make.rows(ledger, ClockRow)

    assert (clock.stopped_at, len(await events_of(ledger, ClockStarted))) == (None, 2)


async def test_an_assigned_task_that_gets_its_first_date_gets_a_clock(db: Database) -> None:
    await make.confirm(db, make.document([make.task(deadline=None), make.task("2")]))
    await make.move(db, Move.ASSIGN)
    await revise(db, deadline=date(2023, 8, 31))

    assert [event.due_at for event in await events_of(db, ClockStarted)] == [end_of_day(date(2023, 8, 31))]


async def test_a_task_that_nobody_was_assigned_to_gets_no_clock(ledger: Database) -> None:
    await revise(ledger, deadline=make.SEPTEMBER)

    assert await events_of(ledger, ClockStarted) == []


async def test_the_clock_of_a_closed_task_stays_as_it_was(ledger: Database) -> None:
    await make.walk(ledger, *ALL, at=at_local(date(2023, 6, 1)))
    await revise(ledger, deadline=make.SEPTEMBER)

    [clock] = await make.rows(ledger, ClockRow)

    assert clock.due_at == end_of_day(make.JUNE)


async def test_a_change_that_leaves_the_date_alone_leaves_the_clock_alone(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, title="另一个标题")

    assert len(await events_of(ledger, ClockStarted)) == 1


async def test_a_clock_that_stopped_before_is_not_stopped_again_by_closing(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=None)
    await make.walk(ledger, *ALL[1:])

    assert len(await events_of(ledger, ClockStopped)) == 1
