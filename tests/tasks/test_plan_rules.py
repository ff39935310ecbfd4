"""The chain of reviews of a plan is data that people set."""

from datetime import datetime
from typing import Any

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.models import PlanRuleRow
from services.tasks.plans.rules import Setting, read_rules, set_rules
from shared.database import Database
from shared.errors import Invalid, NotFound
from shared.principal import Principal
from tests.tasks import factories as make
from tests.tasks.apps import SUPERVISOR, Caller
from tests.tasks.factories import EVERYONE, PLAN, A, B, C, head, unit_id

ALL = ["lead", "authority", "supervisor"]


async def put(db: Database, *reviews: str, authority: str | None = None, plan: str = PLAN) -> None:
    async with db.transaction() as tx:
        wanted = Setting(reviews=reviews, authority=authority, reason="分级复核")
        await set_rules(tx.session, plan, wanted, make.act(at=tx.now))


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

    after = await filled.put(path, {"reviews": ALL, "authority": unit_id(C), "reason": "分级复核"})
    shown = (await filled.get(path)).json()

    assert (before["reviews"], before["chosen"]) == (["supervisor"], False)
    assert after.json() == shown
    assert shown["words"] == ["牵头初审", "主管部门复核", "督查室复核"]


async def test_rules_say_who_set_them_when_and_why(filled: Caller) -> None:
    path = f"/plans/{PLAN}/rules"
    await filled.put(path, {"reviews": ["lead", "supervisor"], "reason": "牵头单位先看"})
    other = filled.as_(SUPERVISOR.model_copy(update={"id": "other"}))

    shown = (await other.put(path, {"reviews": ["supervisor"], "reason": " 简化复核 "})).json()["settings"]

    assert [(one["number"], one["set_by"], one["reason"], one["reviews"]) for one in shown] == [
        (2, "other", "简化复核", ["supervisor"]),
        (1, "office", "牵头单位先看", ["lead", "supervisor"]),
    ]
    assert {datetime.fromisoformat(one["set_at"]) for one in shown} == {filled.clock.instant}


@pytest.mark.parametrize("said", [{}, {"reason": "  "}])
async def test_rules_without_a_reason_are_refused(filled: Caller, said: dict[str, str]) -> None:
    answer = await filled.put(f"/plans/{PLAN}/rules", {"reviews": ["supervisor"]} | said)

    assert (answer.status_code, answer.json()["code"]) == (422, "plan_rules.reason_missing")


async def test_rules_from_before_settings_were_recorded_hold_without_them(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        tx.session.add(PlanRuleRow(plan_id=PLAN, reviews=["lead", "supervisor"], authority=None))

    async with ledger.reading() as session:
        rules = await read_rules(session, PLAN)

    assert (rules.chosen, rules.settings) == (True, [])


async def test_rules_need_the_scope_of_plans(filled: Caller) -> None:
    reader = filled.as_(Principal(id="reader", role="plan_office", scopes=frozenset({"plans:read"})))

    answer = await reader.put(f"/plans/{PLAN}/rules", {"reviews": ["supervisor"], "reason": "简化"})

    assert (answer.status_code, answer.json()["code"]) == (403, "scope.missing")


async def on_task(filled: Caller, *moves: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON.
    for move in moves:
        answer = await filled.post(f"/tasks/{make.task_id('1')}/moves", json=move)
        assert answer.status_code == 200, answer.json()
    return answer.json()


async def test_the_task_shows_its_chain_and_whose_turn_it_is(filled: Caller) -> None:
    await filled.put(f"/plans/{PLAN}/rules", {"reviews": ALL, "authority": unit_id(C), "reason": "分级复核"})
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
