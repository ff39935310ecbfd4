"""Which decisions and rules about measures hold, and which are refused."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_leaders import leader_deciding
from services.tasks.ledger.domain_parties import Actor
from services.tasks.measures.domain import (
    Decision,
    MeasureKind,
    MeasureState,
    check_decision,
    check_paper_number,
    check_takeable,
    lifts_by_rule,
)
from services.tasks.measures.domain_rules import Proposal, Seen, propose, read_rules, shipped_rules
from shared.errors import Conflict, Forbidden, Invalid

TODAY = date(2023, 7, 20)
TAKEN = Decision(
    take=True, decided_by_name="分管副主任", paper_number="〔2023〕督字第015号", record="已约谈主要负责人"
)


def seen(**said: Any) -> Seen:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {"due_on": date(2023, 6, 30), "overdue_workdays": 0, "returned": 0, "refused": 0}
    return Seen(**given | {"extended": False, "level": "normal"} | said)


def proposed(one: Seen, known: tuple[str, ...] = (), standing: tuple[MeasureKind, ...] = ()) -> str | None:
    found = propose(shipped_rules(), one, known, standing)
    return found.rule.id if found else None


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"overdue_workdays": 4}, None),
        ({"overdue_workdays": 5}, "urge-overdue"),
        ({"overdue_workdays": 10}, "talk-overdue"),
        ({"returned": 2}, "talk-returned"),
        ({"overdue_workdays": 20}, "circular-overdue"),
        ({"overdue_workdays": 1, "extended": True}, "circular-extended"),
        ({"overdue_workdays": 30}, "circular-overdue"),
        ({"overdue_workdays": 30, "level": "important"}, "plate-overdue"),
        ({"refused": 2, "level": "urgent"}, "plate-refused"),
        ({"refused": 2}, None),
    ],
)
def test_the_most_severe_measure_that_a_rule_holds_for_is_proposed(
    facts: dict[str, Any], rule: str | None
) -> None:
    assert proposed(seen(**facts)) == rule


def test_what_was_proposed_for_once_is_not_proposed_for_again() -> None:
    one = seen(overdue_workdays=20)
    first = propose(shipped_rules(), one, (), ())

    assert isinstance(first, Proposal)
    assert proposed(one, first.causes) is None
    assert proposed(replace(one, due_on=date(2023, 7, 31)), first.causes) == "circular-overdue"


def test_two_more_returns_are_a_new_cause_and_one_more_is_not() -> None:
    known = ("talk-returned@returned:1",)

    assert [proposed(seen(returned=times), known) for times in (2, 3, 4)] == [None, None, "talk-returned"]


def test_no_second_measure_of_a_kind_is_proposed_beside_one_that_waits() -> None:
    one = seen(overdue_workdays=30, level="important")

    assert proposed(one, standing=(MeasureKind.PLATE,)) == "circular-overdue"


def test_a_milder_measure_does_not_answer_the_causes_of_a_harder_one() -> None:
    one = seen(overdue_workdays=30, level="important")

    found = propose(shipped_rules(), one, (), (MeasureKind.PLATE,))

    assert found
    assert proposed(one, found.causes) == "plate-overdue"


def test_a_rule_says_from_what_it_decided() -> None:
    assert seen(due_on=None, returned=2).inputs == {
        "due_on": "",
        "overdue_workdays": "0",
        "returned": "2",
        "refused": "0",
        "extended": "false",
        "level": "normal",
    }


RULE = {"id": "r", "kind": "urge", "when": {"returned_at_least": 1}, "reason": "…"}


@pytest.mark.parametrize(
    "rules",
    [
        [RULE | {"kind": "talk", "automatic": True}],
        [RULE | {"when": {"extended": True}}],
        [RULE, RULE],
        [RULE | {"unknown": 1}],
    ],
)
def test_rules_that_leave_no_decision_or_no_cause_are_refused(rules: list[object]) -> None:
    with pytest.raises(Invalid, match="督办措施规则无法读取"):
        read_rules(json.dumps({"version": 1, "rules": rules}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"paper_number": ""}, "paper_number"),
        ({"paper_number": "[2023]督字第15号"}, "paper_number"),
        ({"record": " "}, "record"),
        ({"due_on": TODAY}, "due_on"),
        ({"take": False, "reason": " "}, "reason"),
        ({"take": False, "reason": "已整改"}, "paper_number"),
    ],
)
def test_a_decision_that_says_too_little_or_too_much_is_refused_by_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_decision(MeasureKind.TALK, MeasureState.PROPOSED, replace(TAKEN, **changes), TODAY)

    assert refused.value.field == field


@pytest.mark.parametrize("due_on", [None, date(2023, 7, 19)])
def test_a_plate_needs_a_deadline_of_its_own_that_is_not_over(due_on: date | None) -> None:
    with pytest.raises(Invalid) as refused:
        check_decision(MeasureKind.PLATE, MeasureState.PROPOSED, replace(TAKEN, due_on=due_on), TODAY)

    assert refused.value.field == "due_on"


def test_what_was_decided_is_not_decided_again() -> None:
    with pytest.raises(Conflict, match="已是“不采取”"):
        check_decision(MeasureKind.TALK, MeasureState.DECLINED, TAKEN, TODAY)


def test_complete_decisions_pass() -> None:
    declined = Decision(take=False, reason="已整改到位")

    check_decision(MeasureKind.TALK, MeasureState.PROPOSED, TAKEN, TODAY)
    check_decision(MeasureKind.PLATE, MeasureState.PROPOSED, replace(TAKEN, due_on=TODAY), TODAY)
    check_decision(MeasureKind.CIRCULAR, MeasureState.PROPOSED, declined, TODAY)


@pytest.mark.parametrize("number", ["〔2026〕督字第015号", "泾河督〔2026〕15号", "〔2026〕1号"])
def test_papers_are_numbered_as_offices_do(number: str) -> None:
    check_paper_number(number)


@pytest.mark.parametrize("state", [State.REGISTERED, State.CLOSED, State.STANDING, State.CANCELLED])
def test_no_measure_is_taken_about_what_nobody_owes(state: State) -> None:
    with pytest.raises(Conflict) as refused:
        check_takeable(MeasureKind.URGE, state, ())

    assert refused.value.code == "measure.task_over"


def test_no_second_plate_hangs_beside_one() -> None:
    with pytest.raises(Conflict) as refused:
        check_takeable(MeasureKind.PLATE, State.ASSIGNED, {MeasureKind.PLATE})

    assert refused.value.code == "measure.standing"


def test_a_plate_comes_off_by_rule_once_the_task_is_verified_and_closed() -> None:
    by_rule = [
        lifts_by_rule(MeasureKind.PLATE, MeasureState.TAKEN, state)
        for state in (State.CLOSED, State.VERIFIED)
    ]

    assert by_rule == [True, False]


@pytest.mark.parametrize(
    ("kind", "state"),
    [(MeasureKind.TALK, MeasureState.TAKEN), (MeasureKind.PLATE, MeasureState.LIFTED)],
)
def test_only_a_plate_that_hangs_comes_off(kind: MeasureKind, state: MeasureState) -> None:
    with pytest.raises(Conflict, match="只有在挂的"):
        lifts_by_rule(kind, state, State.CLOSED)


def test_a_leader_decides_under_a_post_or_the_own_account() -> None:
    leader = Actor(id="leader-2", role="leader")

    assert leader_deciding(leader, "", word="约谈") == "leader-2"
    assert leader_deciding(leader, " 主任 ", word="约谈") == "主任"


def test_the_office_says_for_which_leader_it_enters_a_decision() -> None:
    office = Actor(id="office", role="supervisor")

    assert leader_deciding(office, "分管副主任", word="约谈") == "分管副主任"
    with pytest.raises(Invalid) as refused:
        leader_deciding(office, "", word="约谈")
    assert refused.value.field == "decided_by_name"


def test_a_unit_decides_nothing() -> None:
    with pytest.raises(Forbidden):
        leader_deciding(Actor(id="k", role="unit_lead", unit="u"), "主任", word="约谈")
