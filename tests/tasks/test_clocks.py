"""Which clock runs follows from the state; `finish` runs to the last second of the printed day, `sign` by its limit."""

from datetime import date, datetime

import pytest

from services.tasks.ledger import clocks
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.repository import hold
from services.tasks.models import ClockRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.supervision import ClockStarted, ClockStopped, TaskCarriedOver, TaskClosed, TaskRegistered
from shared.testing import DRILL_START, FakeClock, events_of
from tests.tasks import factories as make

JULY = date(2023, 7, 31)
ALL = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


async def revise(db: Database, **changes: object) -> None:
    """Confirm a revised document in which task 1 differs."""
    await make.confirm(db, make.document([make.task("1", **changes), make.task("2")]), content=str(changes))


async def started(db: Database, name: str = "finish") -> list[ClockStarted]:
    return [event for event in await events_of(db, ClockStarted) if event.clock == name]


async def stops(db: Database, name: str = "finish") -> list[datetime]:
    return [event.stopped_at for event in await events_of(db, ClockStopped) if event.clock == name]


async def clock_of(db: Database, name: str = "finish") -> ClockRow:
    [found] = [row for row in await make.rows(db, ClockRow) if row.name == name]
    return found  # type: ignore[no-any-return]  # Rows of any model.


async def set_by_hand(db: Database, day: date, number: str = "1") -> None:
    """Set a date as the bulk entry does."""
    async with db.transaction() as tx:
        held = await hold(tx.session, make.task_id(number))
        clocks.set_deadline(await begin(tx, make.act(at=tx.now)), held, day)


async def test_assignment_starts_the_clock_to_the_end_of_the_printed_day(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)

    [told] = await started(ledger)

    assert (told.kind, told.printed, told.recorded_at) == ("action", True, DRILL_START)
    assert (told.started_at, told.due_at) == (DRILL_START, end_of_day(make.JUNE))


async def test_assignment_starts_the_clock_of_signing_which_the_signing_stops(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)

    [told] = await started(ledger, "sign")

    # Two working days after Tuesday 20 June end on a day off (端午节) no more: the 21st and the 25th count.
    assert (told.due_at, told.printed) == (end_of_day(date(2023, 6, 25)), False)
    assert await stops(ledger, "sign") == [DRILL_START]


async def test_who_has_to_sign_again_gets_the_whole_limit_again(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)
    clock.instant = at_local(date(2023, 7, 3), 9)
    await make.move(ledger, Move.INSTRUCT, reason="领导批示")

    signing = await clock_of(ledger, "sign")
    assert (signing.due_at, signing.stopped_at) == (end_of_day(date(2023, 7, 5)), None)
    assert signing.original_due_at == signing.due_at


async def test_a_limit_that_ended_before_the_past_was_entered_never_ran(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        late = make.act(at=at_local(date(2023, 4, 25)), recorded_at=tx.now)
        await make.move_in(tx, Move.ASSIGN, late)

    assert [row.name for row in await make.rows(ledger, ClockRow)] == ["finish"]


async def test_a_task_without_a_date_has_only_the_clock_of_signing(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, number="3")

    assert [row.name for row in await make.rows(ledger, ClockRow)] == ["sign"]
    assert await started(ledger) == []


async def test_handing_in_stops_the_clock_and_a_return_starts_it_again(ledger: Database) -> None:
    await make.walk(ledger, *ALL[:4])
    handed_in = (await clock_of(ledger)).stopped_at
    await make.move(ledger, Move.RETURN, reason="佐证不全")

    assert (handed_in, (await clock_of(ledger)).stopped_at) == (DRILL_START, None)
    assert [event.due_at for event in await started(ledger)] == [end_of_day(make.JUNE)] * 2


async def test_a_closed_task_has_no_clock_that_runs(ledger: Database) -> None:
    await make.walk(ledger, *ALL)

    assert (await stops(ledger), await stops(ledger, "sign")) == ([DRILL_START], [DRILL_START])
    assert [row.stopped_at for row in await make.rows(ledger, ClockRow)] == [DRILL_START] * 2


async def test_a_revised_date_moves_the_clock_and_keeps_the_first_one(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=make.SEPTEMBER)

    clock = await clock_of(ledger)
    told = [event.due_at for event in await started(ledger)]

    assert (clock.original_due_at, clock.due_at) == (end_of_day(make.JUNE), end_of_day(make.SEPTEMBER))
    assert told == [end_of_day(make.JUNE), end_of_day(make.SEPTEMBER)]


async def test_a_date_that_is_taken_away_stops_the_clock_once(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=None)
    await revise(ledger, deadline=None, title="又一次")

    assert len(await stops(ledger)) == 1
    assert (await make.get(ledger)).light == "undated"


async def test_a_date_that_comes_back_starts_the_clock_again(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=None)
    await revise(ledger, deadline=make.JUNE)

    clock = await clock_of(ledger)

    assert (clock.stopped_at, len(await started(ledger))) == (None, 2)


async def test_an_assigned_task_that_gets_its_first_date_gets_a_clock(db: Database) -> None:
    await make.confirm(db, make.document([make.task(deadline=None), make.task("2")]))
    await make.move(db, Move.ASSIGN)
    await revise(db, deadline=date(2023, 8, 31))

    assert [event.due_at for event in await started(db)] == [end_of_day(date(2023, 8, 31))]


async def test_a_task_that_nobody_was_assigned_to_gets_no_clock(ledger: Database) -> None:
    await revise(ledger, deadline=make.SEPTEMBER)

    assert await events_of(ledger, ClockStarted) == []


async def test_the_clock_of_a_closed_task_stays_as_it_was(ledger: Database) -> None:
    await make.walk(ledger, *ALL, at=at_local(date(2023, 6, 1)))
    await revise(ledger, deadline=make.SEPTEMBER)

    clock = await clock_of(ledger)

    assert clock.due_at == end_of_day(make.JUNE)


async def test_a_change_that_leaves_the_date_alone_leaves_the_clock_alone(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, title="另一个标题")

    assert len(await started(ledger)) == 1


async def test_a_clock_whose_date_was_taken_away_does_not_start_again_by_moves(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await revise(ledger, deadline=None)
    await make.walk(ledger, *ALL[1:])

    assert (len(await started(ledger)), len(await stops(ledger))) == (1, 1)
    assert (await make.get(ledger)).due_at is None


async def test_a_date_revised_while_the_task_is_with_its_reviewers_counts_from_the_return_on(
    ledger: Database,
) -> None:
    await make.walk(ledger, *ALL[:4])
    await revise(ledger, deadline=make.SEPTEMBER)
    told = len(await started(ledger))
    await make.move(ledger, Move.RETURN, reason="佐证不全")

    assert (told, [event.due_at for event in await started(ledger)][1:]) == (1, [end_of_day(make.SEPTEMBER)])
    assert (await make.get(ledger)).due_at == end_of_day(make.SEPTEMBER)


async def test_a_changed_title_does_not_take_back_a_due_instant_that_people_moved(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    async with ledger.transaction() as tx:
        held = await hold(tx.session, make.task_id("1"))
        clocks.move_due(await begin(tx, make.act(at=tx.now)), held, "finish", end_of_day(JULY))
    await revise(ledger, title="另一个标题")

    assert ((await clock_of(ledger)).due_at, (await make.get(ledger)).due_at) == (end_of_day(JULY),) * 2


async def test_moving_a_due_instant_to_where_it_is_or_of_no_clock_says_nothing(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    async with ledger.transaction() as tx:
        held, deed = await hold(tx.session, make.task_id("1")), await begin(tx, make.act(at=tx.now))
        clocks.move_due(deed, held, "finish", end_of_day(make.JUNE))
        clocks.move_due(deed, held, "report", end_of_day(JULY))

    assert len(await events_of(ledger, ClockStarted)) == 2


async def test_a_date_set_by_hand_starts_the_clock_of_a_task_that_had_none(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN, number="3")
    await set_by_hand(ledger, JULY, number="3")

    [told] = await started(ledger)
    task = await make.get(ledger, "3")
    assert (told.due_at, told.printed, task.deadline_set) == (end_of_day(JULY), False, True)
    assert (task.deadline, task.due_at) == (JULY, end_of_day(JULY))


async def test_a_date_set_by_hand_moves_a_clock_that_runs_and_waits_for_one_that_does_not(
    ledger: Database,
) -> None:
    await make.move(ledger, Move.ASSIGN)
    await set_by_hand(ledger, JULY)
    await set_by_hand(ledger, JULY, number="2")

    assert [event.due_at for event in await started(ledger)] == [end_of_day(make.JUNE), end_of_day(JULY)]
    assert (await make.get(ledger, "2")).due_at == end_of_day(JULY)


@pytest.mark.parametrize("number", ["1", "3"])
async def test_a_date_that_comes_with_a_move_is_in_force_at_once(ledger: Database, number: str) -> None:
    await make.walk(ledger, Move.ASSIGN, number=number)
    units = (("lead", make.unit_id(make.C)),)
    await make.move(
        ledger, Move.REASSIGN, number=number, reason="职能调整", units=units, deadline=make.SEPTEMBER
    )

    assert (await started(ledger))[-1].due_at == end_of_day(make.SEPTEMBER)
    assert (await make.get(ledger, number)).due_at == end_of_day(make.SEPTEMBER)
    assert (await events_of(ledger, TaskRegistered))[-1].due_on == make.SEPTEMBER


async def test_a_task_carried_over_says_its_new_date(ledger: Database) -> None:
    await make.walk(ledger, *ALL[:2])
    new = date(2024, 6, 30)
    await make.move(ledger, Move.CARRY_OVER, reason="持续推进", deadline=new)

    assert [event.due_on for event in await events_of(ledger, TaskCarriedOver)] == [new]
    assert ((await started(ledger))[-1].due_at, (await make.get(ledger)).in_year_scope) == (
        end_of_day(new),
        False,
    )


async def test_a_suspension_stops_every_clock_and_a_printed_date_waits_for_nobody(
    ledger: Database, clock: FakeClock
) -> None:
    await make.move(ledger, Move.ASSIGN)
    await make.move(ledger, Move.SUSPEND, reason="等待上级政策")
    assert all(row.stopped_at for row in await make.rows(ledger, ClockRow))
    clock.instant = at_local(date(2023, 6, 27), 9)
    await make.move(ledger, Move.RESUME)

    signing, finish = await clock_of(ledger, "sign"), await clock_of(ledger)
    assert (finish.due_at, finish.stopped_at) == (end_of_day(make.JUNE), None)
    # Two 工作日 were left on the 20th, and two are left on the 27th: the 28th and 29th.
    assert (signing.due_at, signing.stopped_at) == (end_of_day(date(2023, 6, 29)), None)


async def test_an_extended_task_that_closes_by_its_new_date_is_late_by_the_old_one(
    ledger: Database, clock: FakeClock
) -> None:
    await make.move(ledger, Move.ASSIGN)
    await set_by_hand(ledger, JULY)
    clock.instant = at_local(date(2023, 7, 10), 9)
    await make.walk(ledger, *ALL[1:])

    [closed] = await events_of(ledger, TaskClosed)
    assert (closed.late, closed.late_by_original) == (False, True)
