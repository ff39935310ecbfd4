"""认领, 退回, 改派, first supervision: who may, when, what follows, and who is told."""

from datetime import date, timedelta

import pytest

from services.tasks.approvals.domain import State
from services.tasks.approvals.rules import set_rules
from services.tasks.approvals.service import (
    FirstSupervision,
    Reassignment,
    claim,
    decline,
    reassign,
    supervise,
)
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import ApprovalRuleRow, UnitRow
from services.tasks.units.domain_succession import ChangeKind, ChangeOrder
from services.tasks.units.succession import order_change
from shared.clock import local_date
from shared.database import Database
from shared.events.claims import (
    ApprovalClaimed,
    ApprovalDeclined,
    ApprovalReassigned,
    ApprovalSupervised,
)
from shared.testing import FakeClock, events_of
from tests.tasks import factories as make
from tests.tasks.approvals import made
from tests.tasks.approvals.made import CITY, EVERYONE, MARKET, OTHER, head, hear, record, refusal, result

WORDS = "不属本单位职责"


def to(unit: str, reason: str = "职责划分如此") -> Reassignment:
    return Reassignment(unit_id=unit, reason=reason)


@pytest.fixture
async def desk(db: Database) -> Database:
    """A database with one result that waits for the market office."""
    await made.set_up(db)
    await hear(db, result())
    return db


async def test_a_unit_claims_what_it_has_once(desk: Database) -> None:
    await made.do(desk, claim, record(), by=head(MARKET))

    row, [claimed] = await made.read(desk), await events_of(desk, ApprovalClaimed)
    assert (row.state, row.claimed_by, row.late) == (State.CLAIMED, f"head of {MARKET}", False)
    assert (claimed.unit_id, claimed.claimed_at, claimed.late) == (MARKET, row.claimed_at, False)
    assert await refusal(desk, claim, record(), by=head(MARKET)) == "approval.not_pending"


async def test_a_claim_beyond_the_limit_is_late(desk: Database, clock: FakeClock) -> None:
    clock.instant += timedelta(days=30)

    await made.do(desk, claim, record())  # A supervisor in its stead.

    assert (await events_of(desk, ApprovalClaimed))[0].late is True


@pytest.mark.parametrize(
    "actor", [head(CITY), Actor(id="l", role="liaison", unit=MARKET), Actor(id="a", role="leader")]
)
async def test_nobody_else_claims_gives_back_or_hands_on(desk: Database, actor: Actor) -> None:
    assert await refusal(desk, claim, record(), by=actor) == "task.not_yours"
    assert await refusal(desk, decline, record(), WORDS, by=actor) == "task.not_yours"
    assert await refusal(desk, reassign, record(), to(CITY), by=actor) == "task.supervisor_only"
    assert (await made.read(desk)).steps == 1


async def test_what_is_given_back_waits_for_the_office_which_hands_it_on(
    desk: Database, clock: FakeClock
) -> None:
    await made.do(desk, decline, record(), WORDS, by=head(MARKET))
    back = await made.read(desk)
    clock.instant += timedelta(days=7)
    await made.do(desk, reassign, record(), to(CITY))

    [declined], [handed] = await events_of(desk, ApprovalDeclined), await events_of(desk, ApprovalReassigned)
    row = await made.read(desk)
    assert (back.state, back.unit_id, declined.unit_id, declined.hop) == (State.DECLINED, None, MARKET, 1)
    assert (row.state, row.unit_id, row.how, row.hop) == (State.PENDING, CITY, "manual", 2)
    assert (handed.unit_id, handed.hop, handed.due_at) == (CITY, 2, row.due_at)
    assert row.due_at > back.due_at
    assert await made.steps(desk) == ["routed", "declined", "reassigned"]
    await made.do(desk, claim, record(), by=head(CITY))


async def test_the_third_unit_can_not_give_it_back(desk: Database) -> None:
    for unit, following in ((MARKET, CITY), (CITY, MARKET)):
        await made.do(desk, decline, record(), WORDS, by=head(unit))
        await made.do(desk, reassign, record(), to(following))

    assert await refusal(desk, decline, record(), WORDS, by=head(MARKET)) == "approval.hops"
    assert (await made.read(desk)).hop == 3


async def test_a_result_without_a_unit_gets_one_from_the_office(desk: Database) -> None:
    await hear(desk, result(2, item_code=OTHER, unit_code="unknown"))
    assert await refusal(desk, claim, record(2)) == "approval.not_pending"

    await made.do(desk, reassign, record(2), to(CITY))

    assert ((await made.read(desk, 2)).unit_id, (await made.read(desk, 2)).hop) == (CITY, 1)


async def test_handing_on_needs_another_unit_that_can_answer_and_a_reason(desk: Database) -> None:
    wrong = [to("u-none"), to(EVERYONE), to(MARKET), to(CITY, " ")]

    codes = [await refusal(desk, reassign, record(), one) for one in wrong]

    assert codes == ["approval.unit_unknown"] * 2 + ["approval.same_unit", "approval.words"]
    assert await refusal(desk, decline, record(), "", by=head(MARKET)) == "approval.words"
    assert await refusal(desk, claim, "ap-none") == "approval.not_found"


async def test_the_first_supervision_is_recorded_by_who_claimed(desk: Database, clock: FakeClock) -> None:
    today = local_date(clock.now())
    await hear(desk, result(2, decided_at=clock.now()))
    said = FirstSupervision(on=today, note="市监检字〔2023〕7号")
    assert await refusal(desk, supervise, record(2), said, by=head(MARKET)) == "approval.not_claimed"
    await made.do(desk, claim, record(2), by=head(MARKET))
    early = FirstSupervision(on=date(2022, 1, 1), note="无")
    assert await refusal(desk, supervise, record(2), early, by=head(MARKET)) == "approval.supervised_on"
    assert await refusal(desk, supervise, record(2), said, by=head(CITY)) == "task.not_yours"

    await made.do(desk, supervise, record(2), said, by=head(MARKET))

    row, [told] = await made.read(desk, 2), await events_of(desk, ApprovalSupervised)
    assert (row.state, row.supervised_on, row.supervised_note) == (State.SUPERVISED, today, said.note)
    assert (told.unit_id, told.on) == (MARKET, today)


async def test_rules_hold_for_who_gets_a_result_from_then_on(desk: Database) -> None:
    first = await made.do(desk, set_rules, {"claim_workdays": 5}, "本地规定")
    again = await made.do(desk, set_rules, {"claim_workdays": 5}, "本地规定")

    await hear(desk, result(2))

    assert (first.version, again.version) == (1, 1)
    assert [(await made.read(desk, one)).limit_workdays for one in (1, 2)] == [3, 5]
    assert (
        await refusal(desk, set_rules, {"claim_workdays": 1}, "快", by=head(MARKET)) == "task.supervisor_only"
    )
    assert await refusal(desk, set_rules, {"claim_workdays": 1}, "") == "approval.words"
    assert len(await make.rows(desk, ApprovalRuleRow)) == 1


async def test_a_merged_unit_leaves_its_results_to_its_heir(desk: Database, clock: FakeClock) -> None:
    today = local_date(clock.now())
    merge = ChangeOrder(
        kind=ChangeKind.MERGE, unit_id=MARKET, to=CITY, tasks=(), effective_on=today, reason="机构改革"
    )

    await made.do(desk, order_change, merge)

    assert (await made.read(desk)).unit_id == CITY
    await made.do(desk, claim, record(), by=head(CITY))
    async with desk.reading() as session:
        assert (await session.get_one(UnitRow, MARKET)).successor == CITY
