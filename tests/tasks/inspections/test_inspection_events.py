"""What an inspection publishes: its steps by ids and days, and not that somebody is about to come."""

from datetime import date

from services.tasks.inspections.domain import Effect
from services.tasks.inspections.service import (
    Approval,
    add_finding,
    approve_inspection,
    conclude_inspection,
    withdraw_inspection,
)
from services.tasks.inspections.service_feedback import UnitSays, answer_conclusion, close_inspection
from services.tasks.problems.service import Problem
from shared.database import Database
from shared.events.inspections import (
    InspectionApproved,
    InspectionClosed,
    InspectionConcluded,
    InspectionEvent,
    InspectionFound,
    InspectionStarted,
    InspectionWithdrawn,
)
from shared.testing import published
from tests.tasks.factories import A, B, head, unit_id
from tests.tasks.inspections.test_inspections import LEADER, approved, do, planned, under_way


async def told(db: Database) -> list[tuple[InspectionEvent, int]]:
    """Give the events of inspections, each with its revision."""
    found = [(one.data, one.revision) for one in await published(db)]
    return [(event, revision) for event, revision in found if isinstance(event, InspectionEvent)]


async def test_every_step_that_others_may_know_of_is_published_with_its_number(ledger: Database) -> None:
    row = await under_way(ledger)
    finding = Problem(title="奖补未兑现", units=(unit_id(A),), assign=True, client_ref="f1")
    task = await do(ledger, add_finding, row.id, finding)
    await do(ledger, add_finding, row.id, finding)  # Sent again.
    await do(ledger, conclude_inspection, row.id, "存在两项未兑现", due_on=date(2023, 7, 14))
    await do(ledger, answer_conclusion, row.id, UnitSays(text="已兑现"), by=head(A))
    await do(ledger, close_inspection, row.id, Effect.GOOD, "两项均已兑现")

    units, begins, ends = (unit_id(A),), date(2023, 6, 26), date(2023, 6, 30)
    assert await told(ledger) == [
        (InspectionApproved(inspection_id=row.id, units=1), 2),
        (InspectionStarted(inspection_id=row.id, units=units, starts_on=begins, ends_on=ends), 3),
        (InspectionFound(inspection_id=row.id, task_id=task.id, unit_id=unit_id(A)), 4),
        (InspectionConcluded(inspection_id=row.id, units=units, feedback_due_on=date(2023, 7, 14)), 5),
        (InspectionClosed(inspection_id=row.id, effect="good"), 7),
    ]


async def test_a_look_back_names_the_inspection_it_looks_back_at(ledger: Database) -> None:
    first = await under_way(ledger)
    second = await under_way(ledger, follow_up_of=first.id, units=(unit_id(A), unit_id(B)))

    [*_, (event, _)] = await told(ledger)

    assert isinstance(event, InspectionStarted)
    assert (event.inspection_id, event.follow_up_of) == (second.id, first.id)
    assert sorted(event.units) == sorted((unit_id(A), unit_id(B)))


async def test_an_approval_beyond_the_limit_says_so(ledger: Database) -> None:
    for _ in range(2):
        await approved(ledger)
    third = await planned(ledger)
    over = Approval(override_by_name="主任", override_reason="上级交办")
    await do(ledger, approve_inspection, third.id, over, by=LEADER)

    assert [event for event, _ in await told(ledger)][-1] == InspectionApproved(
        inspection_id=third.id, units=1, overridden=True
    )


async def test_only_what_was_approved_is_published_as_withdrawn(ledger: Database) -> None:
    draft, row = await planned(ledger), await approved(ledger)
    for one in (draft, row):
        await do(ledger, withdraw_inspection, one.id, "并入专项")

    withdrawn = [event for event, _ in await told(ledger) if isinstance(event, InspectionWithdrawn)]
    assert withdrawn == [InspectionWithdrawn(inspection_id=row.id)]


async def test_no_unit_stands_in_an_event_before_the_inspection_has_begun(ledger: Database) -> None:
    await approved(ledger)

    [(before, _)] = await told(ledger)

    assert unit_id(A) not in before.model_dump_json()
