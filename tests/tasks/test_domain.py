"""Which move leads from where to where, who answers, and what has to be said."""

import pytest

from services.tasks.ledger.domain import (
    AT_REST,
    HANDED_IN,
    MOVE_WORDS,
    RUNNING,
    STATE_WORDS,
    STEPS,
    WITH_UNITS,
    Answering,
    Move,
    Party,
    RoleName,
    State,
    UnitOnTask,
    check_reason,
    find_answering,
    find_step,
    landing,
    legal_moves,
    signing_units,
)
from shared.errors import Conflict, Invalid

LEAD, HELPER = UnitOnTask("lead", "lead"), UnitOnTask("helper", "cooperating")
RESPONSIBLE = UnitOnTask("named", "responsible")
UNITS = (LEAD, RESPONSIBLE, HELPER)
# The table of moves, written a second time: every state with all that may be done in it.
LEGAL = {
    State.REGISTERED: {"assign", "cancel", "carry_over"},
    State.ASSIGNED: {"accept", "object", "reassign", "suspend", "cancel", "carry_over"},
    State.OBJECTED: {"dismiss", "reassign", "suspend", "cancel", "carry_over"},
    State.ACCEPTED: {"progress", "reassign", "instruct", "suspend", "cancel", "carry_over"},
    State.IN_PROGRESS: {"progress", "submit", "reassign", "instruct", "suspend", "cancel", "carry_over"},
    State.SUBMITTED: {"verify", "return", "instruct", "suspend", "cancel", "carry_over"},
    State.RETURNED: {"progress", "reassign", "suspend", "cancel", "carry_over"},
    State.VERIFIED: {"close", "return", "normalise", "instruct", "suspend", "cancel", "carry_over"},
    State.CLOSED: {"normalise", "instruct", "reopen"},
    State.STANDING: {"progress", "instruct", "cancel", "reopen", "carry_over"},
    State.SUSPENDED: {"resume", "cancel"},
    State.CANCELLED: {"reopen"},
    State.REOPENED: {"assign", "progress", "reassign", "suspend", "cancel", "carry_over"},
}
REASONED = {
    "object",
    "dismiss",
    "reassign",
    "return",
    "instruct",
    "suspend",
    "cancel",
    "reopen",
    "carry_over",
}


def land(state: State, move: Move, *, before: State | None = None, last_review: bool = True) -> State:
    return landing(find_step(state, move), state, before=before, last_review=last_review)


def test_the_main_path_leads_from_registered_to_closed() -> None:
    state = State.REGISTERED

    for move in (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE):
        state = land(state, move)

    assert state is State.CLOSED


@pytest.mark.parametrize("state", State)
def test_in_every_state_just_the_moves_of_the_table_are_legal(state: State) -> None:
    assert set(legal_moves(state)) == LEGAL[state]
    assert len(legal_moves(state)) == len(LEGAL[state])


def test_one_move_from_one_state_stands_in_one_row() -> None:
    rows = [(state, step.move) for step in STEPS for state in step.states]

    assert len(set(rows)) == len(rows)


def test_every_move_that_weighs_needs_a_reason() -> None:
    assert {step.move for step in STEPS if step.needs_reason} == REASONED


def test_who_judges_the_work_of_units_is_independent_of_them() -> None:
    assert {step.move for step in STEPS if step.independent} == {Move.VERIFY, Move.RETURN}


def test_units_and_reviewers_make_their_own_moves_and_the_office_all_others() -> None:
    parties = {party: {step.move for step in STEPS if step.party is party} for party in Party}

    assert parties[Party.UNIT] == {Move.ACCEPT, Move.PROGRESS}
    assert parties[Party.UNIT_HEAD] == {Move.OBJECT, Move.SUBMIT}
    assert parties[Party.REVIEWER] == {Move.VERIFY, Move.RETURN}


def test_every_state_and_move_has_a_word_for_people() -> None:
    assert (set(STATE_WORDS), set(MOVE_WORDS)) == (set(State), set(Move))


def test_the_groups_of_states_share_none_and_leave_out_only_the_beginning() -> None:
    assert not {*WITH_UNITS} & {*HANDED_IN} | {*RUNNING} & AT_REST
    assert {*RUNNING, *AT_REST, State.REGISTERED} == set(State)


def test_a_review_that_others_follow_leaves_the_task_with_its_reviewers() -> None:
    found = [land(State.SUBMITTED, Move.VERIFY, last_review=last) for last in (False, True)]

    assert found == [State.SUBMITTED, State.VERIFIED]


def test_a_task_resumes_where_it_was_suspended() -> None:
    assert land(State.SUSPENDED, Move.RESUME, before=State.RETURNED) is State.RETURNED


@pytest.mark.parametrize("state", [State.REGISTERED, State.OBJECTED, State.VERIFIED, State.STANDING])
def test_a_task_is_carried_over_in_the_state_that_it_has(state: State) -> None:
    assert land(state, Move.CARRY_OVER) is state


def test_a_resumption_of_nothing_stays_where_it_is() -> None:
    assert land(State.SUSPENDED, Move.RESUME) is State.SUSPENDED


def test_an_illegal_move_is_refused_with_the_legal_ones_named() -> None:
    with pytest.raises(Conflict, match="交办（assign）、撤销（cancel）、跨年结转") as refused:
        find_step(State.REGISTERED, Move.CLOSE)

    assert refused.value.details == {"state": "registered", "legal": ["assign", "cancel", "carry_over"]}


def test_a_state_that_nothing_leads_from_says_that_it_is_the_end() -> None:
    without = [step for step in STEPS if step.move is not Move.REOPEN]

    with pytest.raises(Conflict, match="已终结"):
        find_step(State.CANCELLED, Move.PROGRESS, without)


def test_the_first_named_lead_answers_for_the_whole() -> None:
    units = (RESPONSIBLE, LEAD, UnitOnTask("second", "lead"))

    assert find_answering(units) == Answering("lead", assumed=False)


def test_without_a_lead_the_first_responsible_unit_is_assumed_to_answer() -> None:
    assert find_answering((HELPER, RESPONSIBLE)) == Answering("named", assumed=True)


@pytest.mark.parametrize("role", ["lead", "responsible"])
def test_a_collective_answers_for_nothing(role: RoleName) -> None:
    assert find_answering((UnitOnTask("all", role, collective=True), HELPER)) is None


def test_a_lead_behind_a_collective_answers_without_being_assumed() -> None:
    units = (UnitOnTask("all", "lead", collective=True), LEAD)

    assert find_answering(units) == Answering("lead", assumed=False)


def test_leads_and_named_responsible_units_sign_each_once() -> None:
    everyone = UnitOnTask("all", "responsible", collective=True)
    twice = UnitOnTask("lead", "responsible")

    assert signing_units((*UNITS, everyone, twice)) == ("lead", "named")


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_reason_of_nothing_is_none(reason: str) -> None:
    with pytest.raises(Invalid, match="退回必须说明理由"):
        check_reason(find_step(State.SUBMITTED, Move.RETURN), reason)


def test_a_reason_given_is_enough_and_other_moves_need_none() -> None:
    check_reason(find_step(State.SUBMITTED, Move.RETURN), "缺佐证")
    check_reason(find_step(State.ASSIGNED, Move.ACCEPT), "")
