"""Light rules are data; one holds at a time, and the past keeps the one that held then."""

import json

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_light_rules import (
    DEFAULT_NAME,
    Measured,
    read_rules,
    rule_named,
    shipped_rules,
)
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.light_choices import choices, choose_rule, rule_at
from shared.clock import at_local
from shared.database import Database
from shared.errors import Forbidden, Invalid
from shared.testing import DRILL_START, FakeClock
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, worker

CALM = Measured(overdue=False, days_left=60, elapsed=10, behind_pace=0, returned=False)


async def choose(db: Database, name: str, actor: Actor = make.OFFICE) -> None:
    async with db.transaction() as tx:
        await choose_rule(tx, name, "按上级要求", make.act(actor, tx.now))


def test_every_shipped_rule_is_green_when_nothing_is_near_or_behind() -> None:
    assert {rule.decide(CALM) for rule in shipped_rules().values()} == {("green", "进展正常")}


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="deadline-and-pace"):
        rule_named("rainbow")


@pytest.mark.parametrize("rows", [[{"light": "blue", "when": {"overdue": True}, "reason": "x"}], [{}]])
def test_rules_that_make_no_sense_are_refused(rows: list[object]) -> None:
    rule = {"name": "r", "version": 1, "title": "t", "source": "s", "rows": rows}

    with pytest.raises(Invalid, match="无法读取"):
        read_rules(json.dumps([rule]))


def test_a_row_without_a_condition_is_refused() -> None:
    row = {"light": "red", "when": {}, "reason": "always"}

    with pytest.raises(Invalid, match="needs a condition"):
        read_rules(json.dumps([{"name": "r", "version": 1, "title": "t", "source": "s", "rows": [row]}]))


def test_two_rules_of_one_name_are_refused() -> None:
    rule = {"name": "r", "version": 1, "title": "t", "source": "s", "rows": []}

    with pytest.raises(Invalid, match="重复"):
        read_rules(json.dumps([rule, rule]))


async def test_the_default_holds_until_people_choose(db: Database, clock: FakeClock) -> None:
    for name in (DEFAULT_NAME, "xian", "xian"):
        await choose(db, name)

    async with db.reading() as session:
        assert [one.rule for one in await choices(session)] == ["xian"]
        assert (await rule_at(session)).name == "xian"
        assert (await rule_at(session, at_local(make.JUNE.replace(day=1)))).name == DEFAULT_NAME
        assert (await rule_at(session, clock.now())).name == "xian"


async def test_only_the_office_chooses_and_says_why(db: Database) -> None:
    with pytest.raises(Forbidden):
        await choose(db, "xian", worker(A))
    with pytest.raises(Invalid, match="理由"):
        async with db.transaction() as tx:
            await choose_rule(tx, "xian", " ", make.act(at=DRILL_START))


async def test_choosing_a_rule_relights_what_is_open_and_is_listed(filled: Caller) -> None:
    await filled.post(f"/tasks/{make.task_id('1')}/moves", json={"move": Move.ASSIGN})

    chosen = (await filled.put("/lights/rules", {"name": "xian", "reason": "按上级要求"})).json()
    shown = (await filled.get("/lights/rules")).json()
    again = (await filled.put("/lights/rules", {"name": "xian", "reason": "再次"})).json()

    assert (chosen["active"], again["relit"]) == ("xian", 0)
    assert (shown["active"], len(shown["rules"]), shown["choices"][0]["reason"]) == ("xian", 6, "按上级要求")
