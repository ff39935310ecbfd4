"""Inspections from the plan to the effect, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.inspections.domain import Effect, InspectionPlan, Outcome
from services.tasks.inspections.repository import units_of
from services.tasks.inspections.service import (
    Approval,
    add_finding,
    approve_inspection,
    conclude_inspection,
    plan_inspection,
    start_inspection,
    withdraw_inspection,
)
from services.tasks.inspections.service_feedback import (
    Review,
    UnitSays,
    answer_conclusion,
    close_inspection,
    object_to_conclusion,
    review_objection,
)
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import InspectionRow, InspectionStepRow, ObjectionRow, ProblemRow
from services.tasks.problems.service import Problem
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from shared.testing import FakeClock
from tests.tasks import factories as make
from tests.tasks.factories import EVERYONE, OFFICE, A, B, C, head, unit_id, worker

LEADER = Actor(id="leader-1", role="leader")


def plan(**said: Any) -> InspectionPlan:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {
        "title": "营商环境专项督查",
        "basis": "年度督查计划",
        "scope": "承诺事项兑现情况",
        "starts_on": date(2023, 6, 26),
        "ends_on": date(2023, 6, 30),
        "team": ("督查室一组",),
        "units": (unit_id(A),),
    }
    return InspectionPlan(**given | said)


async def do(db: Database, use_case: Any, *said: Any, by: Actor = OFFICE, **more: Any) -> Any:  # noqa: ANN401 - any use case.
    """Run one use case in a transaction of its own, as somebody."""
    async with db.transaction() as tx:
        return await use_case(tx, *said, make.act(by, tx.now), **more)


async def planned(db: Database, **said: Any) -> InspectionRow:  # noqa: ANN401 - any field.
    row: InspectionRow = await do(db, plan_inspection, plan(**said))
    return row


async def approved(db: Database, **said: Any) -> InspectionRow:  # noqa: ANN401 - any field.
    row = await planned(db, **said)
    await do(db, approve_inspection, row.id, Approval(), by=LEADER)
    return row


async def under_way(db: Database, **said: Any) -> InspectionRow:  # noqa: ANN401 - any field.
    row = await approved(db, **said)
    await do(db, start_inspection, row.id)
    return row


async def concluded(db: Database, **said: Any) -> InspectionRow:  # noqa: ANN401 - any field.
    row = await under_way(db, **said)
    await do(db, conclude_inspection, row.id, "存在两项未兑现")
    return row


async def steps(db: Database) -> list[str]:
    return [row.step for row in await make.rows(db, InspectionStepRow)]


async def test_an_inspection_goes_its_way_and_every_step_is_written_down(ledger: Database) -> None:
    row = await concluded(ledger)
    await do(ledger, answer_conclusion, row.id, UnitSays(text="已兑现"), by=head(A))

    closed = await do(ledger, close_inspection, row.id, Effect.GOOD, "两项均已兑现")

    assert (closed.state, closed.effect, closed.approved_by_name) == ("closed", "good", "leader-1")
    assert await steps(ledger) == ["plan", "approve", "start", "conclude", "answer", "close"]


async def test_what_is_found_becomes_a_problem_that_is_handed_out(ledger: Database) -> None:
    row = await under_way(ledger)
    finding = Problem(title="奖补未兑现", units=(unit_id(A),), assign=True, client_ref="f1")

    task = await do(ledger, add_finding, row.id, finding)
    again = await do(ledger, add_finding, row.id, finding)

    [problem] = await make.rows(ledger, ProblemRow)
    assert (task.id, task.state, task.source) == (again.id, "assigned", "inspection")
    assert (problem.found_in, await steps(ledger)) == (row.id, ["plan", "approve", "start", "find"])


async def test_the_third_inspection_of_a_unit_in_a_year_is_refused(ledger: Database) -> None:
    for _ in range(2):
        await approved(ledger)
    third = await planned(ledger)

    with pytest.raises(Conflict, match="本年将被督查 3 次"):
        await do(ledger, approve_inspection, third.id, Approval(), by=LEADER)
    over = Approval(override_by_name="主任", override_reason="上级交办")
    row = await do(ledger, approve_inspection, third.id, over, by=LEADER)

    assert (row.state, row.override_by_name, row.override_reason) == ("approved", "主任", "上级交办")


async def test_a_look_back_and_what_was_withdrawn_do_not_count(ledger: Database) -> None:
    first = await concluded(ledger)
    await approved(ledger, follow_up_of=first.id)
    taken_back = await approved(ledger)
    await do(ledger, withdraw_inspection, taken_back.id, "并入专项")

    assert (await approved(ledger)).follow_up_of is None


async def test_an_objection_is_reviewed_by_a_leader_who_may_amend_the_conclusion(ledger: Database) -> None:
    row = await concluded(ledger)
    await do(ledger, object_to_conclusion, row.id, UnitSays(text="其中一项非我单位职责"), by=head(A))
    said = Review(unit_id=unit_id(A), outcome=Outcome.AMENDED, opinion="属实", conclusion="存在一项未兑现")

    reviewed = await do(ledger, review_objection, row.id, said, by=LEADER)

    [objection] = await make.rows(ledger, ObjectionRow)
    assert (reviewed.conclusion, objection.reviewed_by_name) == ("存在一项未兑现", "leader-1")
    assert objection.review_due_on == date(2023, 7, 20)


async def test_an_objection_is_made_once(ledger: Database) -> None:
    row = await concluded(ledger)
    await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实"), by=head(A))

    with pytest.raises(Conflict, match="已提出过异议"):
        await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实"), by=head(A))


async def test_an_objection_comes_too_late_after_thirty_days(ledger: Database, clock: FakeClock) -> None:
    row = await concluded(ledger)
    clock.advance(timedelta(days=40))

    with pytest.raises(Conflict, match="30 日内提出"):
        await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实"), by=head(A))


async def test_a_conclusion_that_is_not_there_is_not_objected_to(ledger: Database) -> None:
    row = await under_way(ledger)

    with pytest.raises(Conflict, match="不能提出异议"):
        await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实"), by=head(A))


async def test_an_open_objection_holds_the_closing_up(ledger: Database) -> None:
    row = await concluded(ledger)
    await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实", on_behalf_of=unit_id(A)))

    with pytest.raises(Conflict, match="异议尚未复核"):
        await do(ledger, close_inspection, row.id, Effect.FAIR, "一般")


UPHELD = Review(unit_id=unit_id(A), outcome=Outcome.UPHELD, opinion="维持")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Review(unit_id=unit_id(A), outcome=Outcome.UPHELD, opinion=" "), Invalid),
        (Review(unit_id=unit_id(A), outcome=Outcome.AMENDED, opinion="属实"), Invalid),
        (Review(unit_id=unit_id(B), outcome=Outcome.UPHELD, opinion="维持"), NotFound),
    ],
)
async def test_a_review_that_makes_no_sense_is_refused(
    ledger: Database, said: Review, error: type[DubanError]
) -> None:
    row = await concluded(ledger)
    await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实"), by=head(A))

    with pytest.raises(error):
        await do(ledger, review_objection, row.id, said, by=LEADER)


async def test_what_was_reviewed_is_not_reviewed_again(ledger: Database) -> None:
    row = await concluded(ledger)
    await do(ledger, object_to_conclusion, row.id, UnitSays(text="不属实"), by=head(A))
    await do(ledger, review_objection, row.id, UPHELD, by=LEADER)

    with pytest.raises(Conflict, match="已复核"):
        await do(ledger, review_objection, row.id, UPHELD, by=LEADER)


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (UnitSays(text="已整改"), head(B)),
        (UnitSays(text="已整改"), worker(C)),
        (UnitSays(text="已整改"), OFFICE),
        (UnitSays(text="已整改"), Actor(id="l", role="liaison", unit=unit_id(A))),
    ],
)
async def test_only_an_inspected_unit_answers(ledger: Database, said: UnitSays, by: Actor) -> None:
    row = await concluded(ledger)

    with pytest.raises(Forbidden):
        await do(ledger, answer_conclusion, row.id, said, by=by)


async def test_an_empty_answer_is_none(ledger: Database) -> None:
    row = await concluded(ledger)

    with pytest.raises(Invalid, match="不能为空"):
        await do(ledger, answer_conclusion, row.id, UnitSays(text=" "), by=head(A))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"units": (unit_id(EVERYONE),)}, Invalid),
        ({"units": ("u-none",)}, Invalid),
        ({"follow_up_of": "i-none"}, NotFound),
        ({"scope": " "}, Invalid),
    ],
)
async def test_a_plan_that_makes_no_sense_is_not_drawn_up(
    ledger: Database, changes: dict[str, Any], error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await planned(ledger, **changes)

    assert await make.rows(ledger, InspectionRow) == []


async def test_units_plan_and_approve_nothing(ledger: Database) -> None:
    row = await planned(ledger)

    with pytest.raises(Forbidden):
        await do(ledger, plan_inspection, plan(), by=head(A))
    with pytest.raises(Forbidden):
        await do(ledger, approve_inspection, row.id, Approval(decided_by_name="主任"), by=head(A))
    with pytest.raises(Invalid, match="decided_by_name"):
        await do(ledger, approve_inspection, row.id, Approval())


async def test_a_plan_is_withdrawn_with_a_reason_before_it_begins(ledger: Database) -> None:
    row = await planned(ledger)

    with pytest.raises(Invalid, match="必须说明理由"):
        await do(ledger, withdraw_inspection, row.id, " ")
    assert (await do(ledger, withdraw_inspection, row.id, "改为书面督查")).state == "withdrawn"


async def test_a_conclusion_says_something_and_leaves_time_to_answer(ledger: Database) -> None:
    row = await under_way(ledger)

    with pytest.raises(Invalid, match="不能为空"):
        await do(ledger, conclude_inspection, row.id, " ")
    with pytest.raises(Invalid, match="早于今天"):
        await do(ledger, conclude_inspection, row.id, "结论", due_on=date(2023, 6, 19))
    assert (await do(ledger, conclude_inspection, row.id, "结论")).feedback_due_on == date(2023, 7, 12)


async def test_units_stand_in_an_inspection_once(ledger: Database) -> None:
    row = await planned(ledger, units=(unit_id(A), unit_id(A)), joint_units=(unit_id(B),))

    async with ledger.reading() as session:
        assert list(await units_of(session, row.id)) == [unit_id(A)]


async def test_an_inspection_that_there_is_not_is_not_found(ledger: Database) -> None:
    with pytest.raises(NotFound):
        await do(ledger, start_inspection, "i-none")
