"""The chain of reviews of a plan is data that people set."""

from typing import Any

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.models import PlanRuleRow
from services.tasks.plans.rules import read_rules, set_rules
from shared.database import Database
from shared.errors import Invalid, NotFound
from shared.principal import Principal
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import EVERYONE, PLAN, A, B, C, head, unit_id

ALL = ["lead", "authority", "supervisor"]


async def put(db: Database, *reviews: str, authority: str | None = None, plan: str = PLAN) -> None:
    async with db.transaction() as tx:
        await set_rules(tx.session, plan, reviews, authority)


async def test_a_chain_is_kept_and_replaced(ledger: Database) -> None:
    await put(ledger, *ALL, authority=unit_id(C))
    await put(ledger, "lead", "supervisor")

    rules = [(row.plan_id, row.reviews, row.authority) for row in await make.rows(ledger, PlanRuleRow)]

    assert rules == [(PLAN, ["lead", "supervisor"], None)]


async def test_the_tasks_of_a_plan_are_reviewed_by_its_chain(ledger: Database) -> None:
    await put(ledger, "authority", "supervisor", authority=unit_id(C))
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT)

    refused = await make.refusal(ledger, Move.VERIFY)
    first = await make.move(ledger, Move.VERIFY, head(C))
    second = await make.walk(ledger, Move.VERIFY)

    assert (refused.code, first.state, second.state) == ("task.authority_first", "submitted", "verified")


async def test_without_rules_those_of_the_kind_hold(ledger: Database) -> None:
    async with ledger.reading() as session:
        rules = await read_rules(session, PLAN)

    assert (rules.chosen, rules.chain.steps) == (False, ("supervisor",))


@pytest.mark.parametrize(
    ("reviews", "authority", "code"),
    [
        (["supervisor", "lead"], None, "chain.invalid"),
        (ALL, None, "chain.authority_missing"),
        (ALL, "u-none", "unit.unknown"),
        (ALL, unit_id(EVERYONE), "unit.unknown"),
    ],
)
async def test_a_chain_that_makes_no_sense_is_refused(
    ledger: Database, reviews: list[str], authority: str | None, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await put(ledger, *reviews, authority=authority)

    assert refused.value.code == code


async def test_rules_of_a_plan_that_is_none_are_refused(ledger: Database) -> None:
    with pytest.raises(NotFound, match="p-none"):
        await put(ledger, "supervisor", plan="p-none")


async def test_rules_are_set_and_shown_over_http(filled: Caller) -> None:
    path = f"/plans/{PLAN}/rules"
    before = (await filled.get(path)).json()

    after = await filled.put(path, {"reviews": ALL, "authority": unit_id(C)})
    shown = (await filled.get(path)).json()

    assert (before["reviews"], before["chosen"]) == (["supervisor"], False)
    assert after.json() == shown
    assert shown["words"] == ["牵头初审", "主管部门复核", "督查室复核"]


async def test_rules_need_the_scope_of_plans(filled: Caller) -> None:
    reader = filled.as_(Principal(id="reader", role="plan_office", scopes=frozenset({"plans:read"})))

    answer = await reader.put(f"/plans/{PLAN}/rules", {"reviews": ["supervisor"]})

    assert (answer.status_code, answer.json()["code"]) == (403, "scope.missing")


async def on_task(filled: Caller, *moves: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON.
    for move in moves:
        answer = await filled.post(f"/tasks/{make.task_id('1')}/moves", json=move)
        assert answer.status_code == 200, answer.json()
    return answer.json()


async def test_the_task_shows_its_chain_and_whose_turn_it_is(filled: Caller) -> None:
    await filled.put(f"/plans/{PLAN}/rules", {"reviews": ALL, "authority": unit_id(C)})
    part = {"on_behalf_of": unit_id(B)}
    moves = [{"move": "assign"}, *({"move": move} | part for move in ("accept", "progress", "submit"))]

    waits = await on_task(filled, *moves)
    passed = await on_task(filled, {"move": "verify", "part": unit_id(B)})
    whole = await on_task(filled, *({"move": move} for move in ("accept", "progress", "submit")))

    assert (waits["review_turn"]["review"], waits["review_turn"]["unit"]) == ("lead", unit_id(A))
    assert [(one["review"], one["passed"]) for one in passed["reviews"]] == [
        ("lead", True),
        ("authority", False),
        ("supervisor", False),
    ]
    assert (passed["review_turn"], whole["review_turn"]["unit"]) == (None, unit_id(C))
    assert {one["state_word"] for one in whole["parts"]} == {"已完成", "待初审"}
