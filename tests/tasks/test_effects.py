"""What a move brings with it beside the state, and what is refused since it makes no sense."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.ledger import clocks
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move
from services.tasks.ledger.repository import hold
from services.tasks.models import ClockRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.supervision import TaskNormalised, TaskRegistered
from shared.testing import DRILL_START, FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.factories import SEPTEMBER, A, B, C, unit_id

YESTERDAY = date(2023, 6, 19)
TO_CLOSED = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


@pytest.mark.parametrize(
    ("move", "said", "code"),
    [
        (Move.ACCEPT, {"deadline": SEPTEMBER}, "task.deadline_senseless"),
        (Move.CARRY_OVER, {"deadline": YESTERDAY}, "task.deadline_past"),
        (Move.ACCEPT, {"units": (("lead", unit_id(A)),)}, "task.units_senseless"),
        (Move.REASSIGN, {}, "task.units_senseless"),
        (Move.REASSIGN, {"units": (("lead", "none"),)}, "unit.unknown"),
        (Move.REASSIGN, {"units": (("lead", unit_id(A)),) * 2}, "unit.twice"),
        (Move.REASSIGN, {"units": (("cooperating", unit_id(A)),)}, "task.no_unit"),
    ],
)
async def test_what_makes_no_sense_with_a_move_is_refused(
    ledger: Database, move: Move, said: dict[str, Any], code: str
) -> None:
    await make.move(ledger, Move.ASSIGN)

    assert (await make.refusal(ledger, move, reason="说明", **said)).code == code


async def test_a_task_with_open_subtasks_is_not_handed_in(ledger: Database) -> None:
    await make.walk(ledger, *TO_CLOSED[:3])
    await make.register(ledger, number="9", parent_id=make.task_id("1"))
    refused = await make.refusal(ledger, Move.SUBMIT)
    await make.move(ledger, Move.CANCEL, number="9", reason="并入主任务")

    assert (refused.code, refused.details) == ("task.children_open", {"open": 1})
    assert (await make.move(ledger, Move.SUBMIT)).state == "submitted"


async def test_other_units_are_told_before_the_move_that_brought_them(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await make.move(ledger, Move.REASSIGN, reason="职能调整", units=(("lead", unit_id(C)),))

    told = (await events_of(ledger, TaskRegistered))[-1]
    assert (told.answering_unit, [unit.unit_id for unit in told.units]) == (unit_id(C), [unit_id(C)])


async def test_what_becomes_a_routine_was_done_when_it_was_closed(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, *TO_CLOSED)
    clock.instant = at_local(date(2023, 9, 1))
    await make.move(ledger, Move.NORMALISE)

    [told] = await events_of(ledger, TaskNormalised)
    assert (told.since, told.closed_at, told.late) == (clock.instant, DRILL_START, False)


async def test_what_is_opened_again_is_not_done(ledger: Database) -> None:
    await make.walk(ledger, *TO_CLOSED)
    task = await make.move(ledger, Move.REOPEN, reason="回头看发现未落实")

    assert (task.state, task.submitted_at, task.closed_at, task.reviews_passed) == ("reopened", None, None, 0)


async def test_a_suspension_gives_a_limit_in_days_its_days_back(db: Database, clock: FakeClock) -> None:
    await make.register(db, kind="instruction")
    await make.walk(db, Move.ASSIGN, Move.ACCEPT)
    clock.advance(timedelta(days=1))
    await make.move(db, Move.SUSPEND, reason="等待上级政策")
    clock.advance(timedelta(days=7))
    task = await make.move(db, Move.RESUME)

    # Fifteen working days from 20 June end on 12 July; four lie in the pause.
    assert (task.state, task.due_at) == ("accepted", end_of_day(date(2023, 7, 18)))


async def test_a_suspension_gives_a_limit_in_hours_its_minutes_back(db: Database, clock: FakeClock) -> None:
    await make.register(db, kind="request")
    await make.move(db, Move.ASSIGN)
    clock.advance(timedelta(hours=2))
    await make.move(db, Move.SUSPEND, reason="企业暂不便沟通")
    clock.advance(timedelta(hours=30))
    await make.move(db, Move.RESUME)

    due = {row.name: row.due_at for row in await make.rows(db, ClockRow)}
    assert due["answer"] == DRILL_START + timedelta(hours=24 + 30)


async def choose(db: Database) -> None:
    """Let people choose a date and the units of task 1."""
    await make.move(db, Move.ASSIGN)
    await make.move(db, Move.REASSIGN, reason="职能调整", units=(("lead", unit_id(C)),))
    async with db.transaction() as tx:
        held = await hold(tx.session, make.task_id("1"))
        clocks.set_deadline(await begin(tx, make.act(at=tx.now)), held, SEPTEMBER)


async def test_what_people_chose_stays_when_the_document_is_confirmed_again(ledger: Database) -> None:
    await choose(ledger)
    again = await make.confirm(ledger, make.document())
    saved = await make.confirm(ledger, make.document(), content="saved again")

    task = await make.get(ledger)
    assert (again.unchanged, saved.changed) == (True, [])
    assert (task.deadline, task.due_at, task.answering_unit) == (SEPTEMBER, end_of_day(SEPTEMBER), unit_id(C))


async def test_a_date_that_a_document_prints_anew_wins_over_the_one_set_by_hand(ledger: Database) -> None:
    await choose(ledger)
    july = date(2023, 7, 31)
    tasks = [make.task("1", deadline=july, deadline_raw="2023年7月底前"), *make.document().tasks[1:]]
    await make.confirm(ledger, make.document(tasks), content="b")

    task = await make.get(ledger)
    assert (task.deadline, task.deadline_set, task.due_at) == (july, False, end_of_day(july))
    assert task.answering_unit == unit_id(C)


async def test_a_unit_that_leaves_a_task_takes_its_part_along(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await make.move(ledger, Move.REASSIGN, reason="职能调整", units=(("lead", unit_id(B)),))

    assert (await make.refusal(ledger, Move.ACCEPT, make.worker(A))).code == "task.not_yours"
