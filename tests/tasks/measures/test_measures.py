"""Measures are proposed at daybreak, decided by leaders, recorded as revisions and events."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.measures.domain import Decision, MeasureKind, MeasureState
from services.tasks.measures.proposing import propose_due
from services.tasks.measures.service import Lifting, decide_measure, enter_measure, lift_plate
from services.tasks.models import ClockRow, MeasureRow, TaskRow
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events.supervision import (
    ClockStarted,
    ClockStopped,
    MeasureDeclined,
    MeasureLifted,
    MeasureProposed,
    MeasureTaken,
)
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, unit_id, worker

LEADER = Actor(id="leader-1", role="leader")
NUMBER = "〔2023〕督字第015号"
HANDED_IN = (Move.ACCEPT, Move.PROGRESS, Move.SUBMIT)
DUE_5, DUE_20 = at_local(date(2023, 7, 7), 10), at_local(date(2023, 7, 28), 10)


def decision(**said: Any) -> Decision:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"take": True, "paper_number": NUMBER, "record": "已当面约谈"}
    return Decision(**given | said)


async def daybreak(db: Database, clock: FakeClock, instant: datetime) -> int:
    clock.instant = instant
    async with db.transaction() as tx:
        return await propose_due(tx, entered_at=clock.real_now())


async def enter(
    db: Database, kind: MeasureKind, actor: Actor = OFFICE, reason: str = "进展缓慢"
) -> MeasureRow:
    async with db.transaction() as tx:
        return await enter_measure(tx, make.task_id("1"), kind, reason, make.act(actor, tx.now))


async def decide(db: Database, row: MeasureRow, said: Decision, actor: Actor = LEADER) -> MeasureRow:
    async with db.transaction() as tx:
        return await decide_measure(tx, row.id, said, make.act(actor, tx.now))


async def lift(db: Database, row: MeasureRow, said: Lifting, actor: Actor = OFFICE) -> MeasureRow:
    async with db.transaction() as tx:
        return await lift_plate(tx, row.id, said, make.act(actor, tx.now))


async def hang(db: Database) -> MeasureRow:
    row = await enter(db, MeasureKind.PLATE)
    return await decide(db, row, decision(due_on=date(2023, 8, 31)))


async def plate_clocks(db: Database) -> list[ClockRow]:
    return [row for row in await make.rows(db, ClockRow) if row.name == "plate"]


async def test_an_overdue_task_is_urged_by_rule_once(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN)

    made = [await daybreak(ledger, clock, DUE_5), await daybreak(ledger, clock, DUE_5 + timedelta(days=1))]

    [row] = await make.rows(ledger, MeasureRow)
    assert made == [1, 0]
    assert (row.kind, row.state, row.rule, row.decided_by) == (
        "urge",
        "taken",
        "urge-overdue",
        "measure-rules",
    )
    assert (row.inputs["overdue_workdays"], row.causes) == ("5", ["urge-overdue@due:2023-06-30"])
    assert [event.measure for event in await events_of(ledger, MeasureTaken)] == ["urge"]


async def test_a_step_of_a_measure_is_a_revision_of_its_task(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN)
    before = (await make.get(ledger)).revision

    await daybreak(ledger, clock, DUE_20)
    [row] = await make.rows(ledger, MeasureRow)
    await decide(ledger, row, decision())

    steps = [(one.revision - before, one.move) for one in await make.history(ledger)][-2:]
    assert steps == [(1, "measure.propose"), (2, "measure.decide")]
    assert (await make.history(ledger))[-1].snapshot is not None


async def test_a_rule_only_proposes_and_a_named_leader_decides(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await daybreak(ledger, clock, DUE_20)
    [row] = await make.rows(ledger, MeasureRow)

    decided = await decide(ledger, row, decision(decided_by_name="分管副主任", published=True))

    assert (row.state, row.kind, decided.state) == ("proposed", "circular", "taken")
    assert (decided.decided_by, decided.decided_by_name) == ("leader-1", "分管副主任")
    assert [one.rule for one in await events_of(ledger, MeasureProposed)] == ["circular-overdue"]
    assert [one.published for one in await events_of(ledger, MeasureTaken)] == [True]


async def test_a_task_that_nobody_owes_any_more_is_not_looked_at(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN, *HANDED_IN)

    assert await daybreak(ledger, clock, DUE_20) == 0


async def test_a_task_returned_twice_is_to_be_talked_about(ledger: Database, clock: FakeClock) -> None:
    again = (Move.RETURN, Move.PROGRESS, Move.SUBMIT, Move.RETURN)
    await make.walk(ledger, Move.ASSIGN, *HANDED_IN, *again, at=clock.now())

    await daybreak(ledger, clock, clock.now())

    [row] = await make.rows(ledger, MeasureRow)
    assert (row.kind, row.rule, row.state) == ("talk", "talk-returned", "proposed")


async def test_the_office_may_urge_at_once(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    row = await enter(ledger, MeasureKind.URGE)

    assert (row.state, row.reason, row.rule) == (MeasureState.TAKEN, "进展缓慢", None)


async def test_the_office_enters_a_decision_for_a_leader_whom_it_names(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await enter(ledger, MeasureKind.TALK)

    decided = await decide(ledger, row, decision(decided_by_name="主任"), OFFICE)

    assert (decided.decided_by, decided.decided_by_name, decided.paper_number) == ("office", "主任", NUMBER)


async def test_a_proposal_is_declined_with_a_reason(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await enter(ledger, MeasureKind.TALK)

    declined = await decide(ledger, row, Decision(take=False, reason="已有实质进展"))

    assert (declined.state, declined.record) == (MeasureState.DECLINED, "已有实质进展")
    assert len(await events_of(ledger, MeasureDeclined)) == 1
    assert (await make.history(ledger))[-1].move == "measure.decline"


async def test_a_papers_number_is_used_once(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await decide(ledger, await enter(ledger, MeasureKind.TALK), decision())
    second = await enter(ledger, MeasureKind.CIRCULAR)

    with pytest.raises(Conflict, match="已用于督办措施"):
        await decide(ledger, second, decision())


@pytest.mark.parametrize(
    ("actor", "said", "error"),
    [
        (worker(A), decision(), Forbidden),
        (OFFICE, decision(), Invalid),
        (Actor(id="s", role="supervisor", unit=unit_id(A)), decision(decided_by_name="主任"), Forbidden),
    ],
)
async def test_who_is_no_leader_and_names_none_decides_nothing(
    ledger: Database, actor: Actor, said: Decision, error: type[Exception]
) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await enter(ledger, MeasureKind.TALK)

    with pytest.raises(error):
        await decide(ledger, row, said, actor)


async def test_only_the_office_enters_measures_and_says_why(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    with pytest.raises(Forbidden):
        await enter(ledger, MeasureKind.URGE, worker(A))
    with pytest.raises(Invalid):
        await enter(ledger, MeasureKind.URGE, reason=" ")


async def test_the_same_measure_does_not_wait_twice(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await enter(ledger, MeasureKind.TALK)

    with pytest.raises(Conflict, match="已有待决定或在挂的约谈"):
        await enter(ledger, MeasureKind.TALK)


async def test_a_measure_that_there_is_not_is_not_found(ledger: Database) -> None:
    with pytest.raises(NotFound):
        await decide(ledger, MeasureRow(id="m-none"), decision())


async def test_a_plate_hangs_with_a_clock_of_its_own(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    row = await hang(ledger)

    [clock] = await plate_clocks(ledger)
    told = [one for one in await events_of(ledger, ClockStarted) if one.clock == "plate"]
    assert (row.due_on, clock.stopped_at, len(told)) == (date(2023, 8, 31), None, 1)
    assert (await make.get(ledger)).due_at == at_local(date(2023, 7, 1)) - timedelta(seconds=1)


async def test_the_clock_of_a_plate_rests_while_the_reviewers_have_the_task(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, *HANDED_IN)
    await hang(ledger)
    before = [one.stopped_at is None for one in await plate_clocks(ledger)]

    await make.walk(ledger, Move.RETURN)

    assert (before, [one.stopped_at for one in await plate_clocks(ledger)]) == ([False], [None])


async def test_a_plate_comes_off_when_the_task_is_verified_and_closed(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await hang(ledger)
    await make.walk(ledger, *HANDED_IN, Move.VERIFY, Move.CLOSE)

    lifted = await lift(ledger, row, Lifting())

    assert (lifted.state, lifted.lift_reason, lifted.lifted_by_name) == ("lifted", "事项已复核办结", None)
    assert await plate_clocks(ledger) == []
    assert (await make.history(ledger))[-1].move == "measure.lift"


async def test_daybreak_takes_the_plates_of_closed_tasks_off(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await hang(ledger)
    await make.walk(ledger, *HANDED_IN, Move.VERIFY, Move.CLOSE)

    await daybreak(ledger, clock, DUE_5)
    await daybreak(ledger, clock, DUE_5)

    assert [row.state for row in await make.rows(ledger, MeasureRow)] == ["lifted"]
    assert len(await events_of(ledger, MeasureLifted)) == 1


async def test_before_that_a_leader_takes_it_off_with_a_reason(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await hang(ledger)

    with pytest.raises(Invalid, match="必须说明理由"):
        await lift(ledger, row, Lifting(decided_by_name="主任"))
    lifted = await lift(ledger, row, Lifting(reason="事权上收", decided_by_name="主任"))

    assert (lifted.lifted_by_name, lifted.lift_reason) == ("主任", "事权上收")
    stopped = [one for one in await events_of(ledger, ClockStopped) if one.clock == "plate"]
    assert len(stopped) == 1


async def test_a_plate_that_is_off_does_not_tick_again(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await hang(ledger)
    await lift(ledger, row, Lifting(reason="事权上收"), LEADER)

    await make.walk(ledger, *HANDED_IN, Move.RETURN)

    assert await plate_clocks(ledger) == []


async def test_a_proposal_falls_when_its_task_is_over(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await enter(ledger, MeasureKind.TALK)
    await make.move(ledger, Move.CANCEL, reason="并入其他事项")

    await daybreak(ledger, clock, DUE_5)

    [row] = await make.rows(ledger, MeasureRow)
    assert (row.state, row.record) == ("declined", "事项已终结，建议失效")


async def test_a_decision_comes_too_late_for_a_task_that_is_over(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    row = await enter(ledger, MeasureKind.TALK)
    await make.move(ledger, Move.CANCEL, reason="并入其他事项")

    with pytest.raises(Conflict) as refused:
        await decide(ledger, row, decision())

    assert refused.value.code == "measure.task_over"


async def test_an_important_task_is_proposed_for_a_plate(ledger: Database, clock: FakeClock) -> None:
    await make.walk(ledger, Move.ASSIGN)
    async with ledger.transaction() as tx:
        (await tx.session.get_one(TaskRow, make.task_id("1"))).level = "important"

    await daybreak(ledger, clock, at_local(date(2023, 8, 14), 9))

    assert [row.kind for row in await make.rows(ledger, MeasureRow)] == ["plate"]
