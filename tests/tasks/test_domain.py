"""Who may move a task from where to where."""

import pytest

from services.tasks.ledger.domain import (
    ENDS,
    MOVE_WORDS,
    STATE_WORDS,
    STEPS,
    Actor,
    Answering,
    Move,
    Party,
    RoleName,
    State,
    Step,
    UnitOnTask,
    acting_for,
    check_reason,
    find_answering,
    find_step,
    legal_moves,
)
from shared.errors import Conflict, Forbidden, Invalid

OFFICE = Actor("office", "supervisor")
LEAD, HELPER = UnitOnTask("lead", "lead"), UnitOnTask("helper", "cooperating")
RESPONSIBLE = UnitOnTask("named", "responsible")
UNITS = (LEAD, RESPONSIBLE, HELPER)


def allowed(state: State, move: Move, actor: Actor, on_behalf_of: str | None = None) -> str | None:
    return acting_for(find_step(state, move), actor, UNITS, on_behalf_of=on_behalf_of, answering="lead")


def test_the_main_path_leads_from_registered_to_closed() -> None:
    state = State.REGISTERED

    for move in (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE):
        state = find_step(state, move).to

    assert state is State.CLOSED


def test_only_a_closed_task_has_no_move_left() -> None:
    assert frozenset({State.CLOSED}) == ENDS


def test_one_move_leads_to_one_state() -> None:
    assert len({(step.state, step.move) for step in STEPS}) == len(STEPS)


def test_every_state_and_move_has_a_word_for_people() -> None:
    assert (set(STATE_WORDS), set(MOVE_WORDS)) == (set(State), set(Move))


def test_what_is_handed_in_may_be_verified_or_returned() -> None:
    assert legal_moves(State.SUBMITTED) == (Move.VERIFY, Move.RETURN)


def test_an_illegal_move_is_refused_with_the_legal_ones_named() -> None:
    with pytest.raises(Conflict, match="交办（assign）") as refused:
        find_step(State.REGISTERED, Move.CLOSE)

    assert refused.value.details == {"state": "registered", "legal": ["assign"]}


def test_a_closed_task_says_that_it_is_at_its_end() -> None:
    with pytest.raises(Conflict, match="已终结"):
        find_step(State.CLOSED, Move.PROGRESS)


def test_the_first_named_lead_answers_for_the_whole() -> None:
    assert find_answering((RESPONSIBLE, LEAD, UnitOnTask("second", "lead"))) == Answering(
        "lead", assumed=False
    )


def test_without_a_lead_the_first_responsible_unit_is_assumed_to_answer() -> None:
    assert find_answering((HELPER, RESPONSIBLE)) == Answering("named", assumed=True)


@pytest.mark.parametrize("role", ["lead", "responsible"])
def test_a_collective_answers_for_nothing(role: RoleName) -> None:
    assert find_answering((UnitOnTask("all", role, collective=True), HELPER)) is None


def test_a_lead_behind_a_collective_answers_without_being_assumed() -> None:
    units = (UnitOnTask("all", "lead", collective=True), LEAD)

    assert find_answering(units) == Answering("lead", assumed=False)


@pytest.mark.parametrize("unit", ["lead", "named"])
def test_lead_and_responsible_units_sign_for_themselves(unit: str) -> None:
    assert allowed(State.ASSIGNED, Move.ACCEPT, Actor("k", "unit", unit), unit) is None


@pytest.mark.parametrize(
    "actor", [Actor("k", "unit", "helper"), Actor("k", "unit", "stranger"), Actor("k", "leader")]
)
def test_nobody_else_signs(actor: Actor) -> None:
    with pytest.raises(Forbidden, match="只有该事项的牵头、责任单位"):
        allowed(State.ASSIGNED, Move.ACCEPT, actor)


def test_a_unit_does_not_sign_for_another() -> None:
    with pytest.raises(Forbidden, match="不能代 named"):
        allowed(State.ASSIGNED, Move.ACCEPT, Actor("k", "unit", "lead"), "named")


def test_a_supervisor_signs_on_behalf_of_the_answering_unit_by_default() -> None:
    assert allowed(State.ASSIGNED, Move.ACCEPT, OFFICE) == "lead"


def test_a_supervisor_signs_on_behalf_of_the_unit_named() -> None:
    assert allowed(State.ASSIGNED, Move.ACCEPT, OFFICE, "named") == "named"


@pytest.mark.parametrize("unit", ["helper", "stranger"])
def test_a_supervisor_signs_for_no_unit_that_has_not_to_sign(unit: str) -> None:
    with pytest.raises(Invalid, match="不是该事项的牵头或责任单位"):
        allowed(State.ASSIGNED, Move.ACCEPT, OFFICE, unit)


@pytest.mark.parametrize("role", ["unit", "leader", "feed", "ops"])
def test_only_supervisors_make_the_moves_of_the_office(role: str) -> None:
    with pytest.raises(Forbidden, match="只有督查人员"):
        allowed(State.REGISTERED, Move.ASSIGN, Actor("k", role, "lead"))


def test_the_moves_of_the_office_are_made_for_nobody_else() -> None:
    with pytest.raises(Invalid, match="on_behalf_of"):
        allowed(State.REGISTERED, Move.ASSIGN, OFFICE, "lead")


@pytest.mark.parametrize("unit", ["lead", "named"])
def test_nobody_verifies_what_their_own_unit_has_to_do(unit: str) -> None:
    with pytest.raises(Forbidden, match="须由其他单位的人员复核"):
        allowed(State.SUBMITTED, Move.VERIFY, Actor("k", "supervisor", unit))


def test_a_supervisor_of_a_cooperating_unit_verifies() -> None:
    assert allowed(State.SUBMITTED, Move.VERIFY, Actor("k", "supervisor", "helper")) is None


def test_a_return_needs_a_reason() -> None:
    with pytest.raises(Invalid, match="退回必须说明理由"):
        check_reason(find_step(State.SUBMITTED, Move.RETURN), "  ")


def test_a_reason_given_is_enough_and_other_moves_need_none() -> None:
    check_reason(find_step(State.SUBMITTED, Move.RETURN), "缺佐证")
    check_reason(Step(State.ASSIGNED, Move.ACCEPT, State.ACCEPTED, Party.UNIT), "")
