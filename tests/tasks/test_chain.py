"""The chain of reviews is data of a plan; it ends at the supervision office and skips whose own work it is."""

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_chain import REVIEWER_WORDS, Chain, Reviewer, read_chain, reviews_of
from services.tasks.models import PlanRuleRow
from shared.database import Database
from shared.errors import Invalid
from shared.events.supervision import ReviewPassed, TaskVerified
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.factories import PLAN, A, B, C, head, unit_id

LEAD, AUTHORITY, SUPERVISOR = Reviewer.LEAD, Reviewer.AUTHORITY, Reviewer.SUPERVISOR
TO_SUBMITTED = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT)


async def set_chain(db: Database, *steps: str, authority: str | None = None) -> None:
    async with db.transaction() as tx:
        tx.session.add(PlanRuleRow(plan_id=PLAN, reviews=list(steps), authority=authority))


def test_a_plan_that_says_nothing_is_reviewed_by_the_office() -> None:
    assert (Chain().steps, Chain().lead_looks_first) == ((SUPERVISOR,), False)


@pytest.mark.parametrize(
    "steps",
    [
        ["supervisor"],
        ["lead", "supervisor"],
        ["authority", "supervisor"],
        ["lead", "authority", "supervisor"],
    ],
)
def test_a_chain_is_read_as_people_set_it(steps: list[str]) -> None:
    assert read_chain(steps, "bureau") == Chain(tuple(Reviewer(step) for step in steps), "bureau")


@pytest.mark.parametrize(
    "steps",
    [
        [],
        ["lead"],
        ["boss", "supervisor"],
        ["supervisor", "lead"],
        ["supervisor", "supervisor"],
        ["lead", "lead", "supervisor"],
    ],
)
def test_a_chain_that_cannot_be_names_the_steps_that_can(steps: list[str]) -> None:
    with pytest.raises(Invalid, match="lead（牵头初审）、authority（主管部门复核）") as refused:
        read_chain(steps, "bureau")

    assert (refused.value.code, refused.value.details) == ("chain.invalid", {"value": steps})


def test_a_chain_with_an_authority_names_it() -> None:
    with pytest.raises(Invalid) as refused:
        read_chain(["authority", "supervisor"], None)

    assert refused.value.code == "chain.authority_missing"


@pytest.mark.parametrize(
    ("chain", "reviews"),
    [
        (Chain(), (SUPERVISOR,)),
        (Chain((LEAD, SUPERVISOR)), (SUPERVISOR,)),
        (Chain((LEAD, AUTHORITY, SUPERVISOR), "bureau"), (AUTHORITY, SUPERVISOR)),
        (Chain((AUTHORITY, SUPERVISOR), "lead"), (SUPERVISOR,)),
    ],
)
def test_the_whole_is_reviewed_by_whose_own_work_it_is_not(
    chain: Chain, reviews: tuple[Reviewer, ...]
) -> None:
    assert reviews_of(chain, ("lead", "named")) == reviews


def test_every_reviewer_has_a_word_for_people() -> None:
    assert set(REVIEWER_WORDS) == set(Reviewer)


async def test_a_task_passes_the_authority_and_then_the_office(ledger: Database) -> None:
    await set_chain(ledger, "authority", "supervisor", authority=unit_id(C))
    await make.walk(ledger, *TO_SUBMITTED)
    first = await make.move(ledger, Move.VERIFY, head(C))
    second = await make.move(ledger, Move.VERIFY)

    assert (first.state, second.state) == ("submitted", "verified")
    [passed], [verified] = await events_of(ledger, ReviewPassed), await events_of(ledger, TaskVerified)
    assert (passed.review, passed.state, passed.by) == ("authority", "submitted", head(C).id)
    assert verified.state == "verified"


async def test_the_history_says_that_the_office_entered_the_authority_s_word(ledger: Database) -> None:
    await set_chain(ledger, "authority", "supervisor", authority=unit_id(C))
    await make.walk(ledger, *TO_SUBMITTED)
    await make.move(ledger, Move.VERIFY, on_behalf_of=unit_id(C))

    last = (await make.history(ledger))[-1]
    assert (last.by, last.on_behalf_of, last.unit_id) == ("office", unit_id(C), unit_id(C))


async def test_after_a_return_all_reviews_begin_again(ledger: Database) -> None:
    await set_chain(ledger, "authority", "supervisor", authority=unit_id(C))
    await make.walk(ledger, *TO_SUBMITTED)
    await make.move(ledger, Move.VERIFY, head(C))
    await make.move(ledger, Move.RETURN, reason="佐证不全")
    await make.walk(ledger, Move.PROGRESS, Move.SUBMIT)

    assert (await make.refusal(ledger, Move.VERIFY)).code == "task.authority_first"


async def test_an_authority_that_signs_for_the_task_does_not_review_it(ledger: Database) -> None:
    await set_chain(ledger, "authority", "supervisor", authority=unit_id(B))
    await make.walk(ledger, *TO_SUBMITTED)

    assert (await make.move(ledger, Move.VERIFY)).state == "verified"


async def test_the_lead_looks_at_the_parts_before_it_hands_in_the_whole(ledger: Database) -> None:
    await set_chain(ledger, "lead", "supervisor")
    await make.walk(ledger, *TO_SUBMITTED[:3])
    for move in TO_SUBMITTED[1:]:
        await make.move(ledger, move, head(B))
    refused = await make.refusal(ledger, Move.SUBMIT, head(A))
    await make.move(ledger, Move.VERIFY, head(A), part=unit_id(B))

    assert (refused.code, refused.details) == ("task.parts_open", {"units": [unit_id(B)]})
    assert (await make.move(ledger, Move.SUBMIT, head(A))).state == "submitted"
