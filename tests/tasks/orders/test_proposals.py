"""What many orders, one caller or units that hand on give reason to propose; decided by named people, once."""

from datetime import timedelta

import pytest

from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import OrderProposalRow, OrderRow, ProblemRow, RevisionRow, TaskRow
from services.tasks.orders.domain import is_shirking
from services.tasks.orders.proposing import propose_frequent
from services.tasks.orders.service_proposals import Decision, decide_proposal
from services.tasks.orders.service_returns import Return, Ruling, decide_return, return_order
from services.tasks.orders.service_side import refuse
from shared.database import Database
from shared.events.orders import OrderReferred
from shared.testing import FakeClock, events_of
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, LEADER, WATER, head, hear, order, task


@pytest.fixture
async def ready(db: Database) -> Database:
    await made.set_up(db, frequent_count=4, caller_count=3)
    return db


async def propose(db: Database) -> int:
    async with db.transaction() as tx:
        return await propose_frequent(tx)


async def complain(db: Database, *numbers: int, **said: object) -> None:
    await hear(db, *(order(number, kind="complaint", **said) for number in numbers))


async def test_so_many_complaints_about_the_same_in_the_same_region_are_proposed_once(
    ready: Database,
) -> None:
    await complain(ready, 1, 2, 3)
    assert await propose(ready) == 0
    await complain(ready, 4, 5)

    assert (await propose(ready), await propose(ready)) == (1, 0)

    [proposal] = await made.rows(ready, OrderProposalRow)
    assert (proposal.kind, proposal.state, proposal.inputs["count"]) == ("frequent", "open", 5)
    assert set(proposal.orders) == {task(number) for number in range(1, 6)}


async def test_what_comes_on_top_joins_a_proposal_that_waits(ready: Database) -> None:
    await complain(ready, 1, 2, 3, 4)
    await propose(ready)
    await complain(ready, 5)

    assert await propose(ready) == 0

    [proposal] = await made.rows(ready, OrderProposalRow)
    assert (len(proposal.orders), proposal.inputs["count"]) == (5, 5)


async def test_other_regions_kinds_refusals_and_old_orders_are_not_counted(
    ready: Database, clock: FakeClock
) -> None:
    await complain(ready, 1, 2, 3)
    await complain(ready, 4, region_code="610482000000")
    await hear(ready, order(5), order(6))
    await complain(ready, 7)
    await made.do(ready, refuse, task(7), "petition", "")
    assert await propose(ready) == 0

    await complain(ready, 8)
    clock.advance(timedelta(days=31))

    assert await propose(ready) == 0


async def test_a_caller_who_comes_again_and_again_is_proposed_without_being_shown(ready: Database) -> None:
    for number, category in enumerate(("城市管理", "水务", "交通运输"), 1):
        await complain(ready, number, caller="a caller", category=(category,))
    await complain(ready, 4, caller="a caller", source_id="other", category=("教育",))

    assert await propose(ready) == 1

    [proposal] = await made.rows(ready, OrderProposalRow)
    assert (proposal.kind, len(proposal.orders)) == ("caller", 3)
    assert "a caller" not in str(proposal.inputs)


@pytest.mark.parametrize("make", ["instruction", "problem"])
async def test_accepting_makes_one_linked_task_by_the_usual_door(ready: Database, make: str) -> None:
    await complain(ready, 1, 2, 3, 4)
    await propose(ready)
    [proposal] = await made.rows(ready, OrderProposalRow)

    accepted = Decision(accept=True, reason="共性问题", make=make, units=(CITY, WATER))
    await made.do(ready, decide_proposal, proposal.id, accepted)

    [decided] = await made.rows(ready, OrderProposalRow)
    [made_task] = [one for one in await made.rows(ready, TaskRow) if one.id == decided.task_id]
    assert (made_task.kind, made_task.answering_unit, decided.state) == (make, CITY, "accepted")
    assert len(await made.rows(ready, ProblemRow)) == (make == "problem")
    assert await made.refusal(ready, decide_proposal, proposal.id, accepted) == "order_proposal.decided"


async def test_after_a_decision_only_new_orders_are_proposed_again(ready: Database, clock: FakeClock) -> None:
    await complain(ready, 1, 2, 3, 4)
    await propose(ready)
    [proposal] = await made.rows(ready, OrderProposalRow)
    await made.do(ready, decide_proposal, proposal.id, Decision(accept=False, reason="已有安排"))
    clock.advance(timedelta(hours=1))
    assert await propose(ready) == 0

    await complain(ready, 5)

    assert await propose(ready) == 1


async def shirk(db: Database) -> str:
    """Let a unit give an order back against a decision; give the id of the proposal."""
    await hear(db, order())
    for _ in range(2):
        await made.do(db, return_order, task(), Return(reason="duty"), by=head(CITY))
        await made.do(db, decide_return, task(), Ruling(grant=False, opinion="属其职责"))
    [proposal] = await made.rows(db, OrderProposalRow)
    return proposal.id


async def test_a_referral_is_approved_by_a_named_leader_and_names_nobody(ready: Database) -> None:
    proposal = await shirk(ready)
    before = len(await made.rows(ready, RevisionRow))
    said = Decision(accept=True, reason="多次推诿", to="discipline", decided_by_name="管委会主任")

    await made.do(ready, decide_proposal, proposal, said)

    [told] = await events_of(ready, OrderReferred)
    [decided] = await made.rows(ready, OrderProposalRow)
    assert told.model_dump() == {"task_id": task(), "order_id": "city-1", "to": "discipline"}
    assert (decided.decided_by_name, decided.decided_by, decided.referred_to) == (
        "管委会主任",
        "office",
        "discipline",
    )
    assert len(await made.rows(ready, RevisionRow)) == before  # Units may read the history of a task.


@pytest.mark.parametrize(
    ("said", "by", "code"),
    [
        (Decision(accept=True, reason="推诿", to="discipline"), made.OFFICE, "decision.leader_missing"),
        (Decision(accept=True, reason="推诿"), LEADER, "order_proposal.target"),
        (
            Decision(accept=True, reason="推诿", make="problem", to="discipline"),
            LEADER,
            "order_proposal.target",
        ),
        (Decision(accept=False, reason="否", to="discipline"), LEADER, "order_proposal.senseless"),
        (Decision(accept=False, reason=" "), LEADER, "order.text_missing"),
        (Decision(accept=True, reason="推诿", to="discipline"), head(CITY), "decision.leader_only"),
    ],
)
async def test_a_referral_that_says_too_little_or_by_somebody_else_is_refused(
    ready: Database, said: Decision, by: Actor, code: str
) -> None:
    proposal = await shirk(ready)

    assert await made.refusal(ready, decide_proposal, proposal, said, by=by) == code


async def test_a_task_without_units_or_of_no_proposal_is_refused(ready: Database) -> None:
    await complain(ready, 1, 2, 3, 4)
    await propose(ready)
    [proposal] = await made.rows(ready, OrderProposalRow)
    said = Decision(accept=True, reason="立项", make="problem")

    codes = [
        await made.refusal(ready, decide_proposal, proposal.id, said),
        await made.refusal(ready, decide_proposal, "none", said),
        await made.refusal(ready, decide_proposal, proposal.id, said, by=LEADER),
    ]

    assert codes == ["order_proposal.units", "order_proposal.not_found", "task.supervisor_only"]
    assert {one.excluded for one in await made.rows(ready, OrderRow)} == {""}


def test_shirking_is_to_hand_on_often_or_to_give_back_against_a_decision() -> None:
    assert [is_shirking(hop, refusals, 3) for hop, refusals in ((1, 0), (2, 0), (3, 0), (1, 1))] == [
        False,
        False,
        True,
        True,
    ]
