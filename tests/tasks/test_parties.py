"""Which people may make which move, for which unit, and what they are told when they may not."""

from dataclasses import replace

import pytest

from services.tasks.ledger.domain import Move, Party, State, find_step
from services.tasks.ledger.domain_chain import Reviewer
from services.tasks.ledger.domain_parties import ROLES, Actor, Standing, acting_for
from shared.errors import Forbidden, Invalid

OFFICE = Actor("office", "supervisor")
STANDING = Standing(signing=("lead", "named"), answering="lead", reviewer=Reviewer.SUPERVISOR)
MIDDLE = replace(STANDING, reviewer=Reviewer.AUTHORITY, authority="bureau")


def allowed(
    state: State, move: Move, actor: Actor, on_behalf_of: str | None = None, *, standing: Standing = STANDING
) -> str | None:
    return acting_for(find_step(state, move), actor, standing, on_behalf_of)


def of_unit(unit: str, role: str = "unit_lead") -> Actor:
    return Actor("k", role, unit)


@pytest.mark.parametrize("unit", ["lead", "named"])
@pytest.mark.parametrize("role", ["unit", "unit_lead", "liaison"])
def test_all_people_of_a_signing_unit_sign_and_report_for_it(unit: str, role: str) -> None:
    found = [allowed(State.ASSIGNED, Move.ACCEPT, of_unit(unit, role), said) for said in (None, unit)]

    assert found == [unit, unit]


@pytest.mark.parametrize("actor", [of_unit("helper"), of_unit("stranger"), Actor("k", "leader", "lead")])
def test_nobody_else_signs(actor: Actor) -> None:
    with pytest.raises(Forbidden, match="只有该事项的牵头、责任单位") as refused:
        allowed(State.ASSIGNED, Move.ACCEPT, actor)

    assert refused.value.details == {"units": ["lead", "named"]}


@pytest.mark.parametrize(("state", "move"), [(State.IN_PROGRESS, Move.SUBMIT), (State.ASSIGNED, Move.OBJECT)])
def test_what_leaves_the_house_is_the_head_s_to_send(state: State, move: Move) -> None:
    with pytest.raises(Forbidden) as refused:
        allowed(state, move, of_unit("lead", "liaison"))

    assert refused.value.code == "task.not_yours"
    assert allowed(state, move, of_unit("lead")) == "lead"


def test_a_unit_does_not_sign_for_another() -> None:
    with pytest.raises(Forbidden, match="不能代 named"):
        allowed(State.ASSIGNED, Move.ACCEPT, of_unit("lead"), "named")


@pytest.mark.parametrize(("said", "unit"), [(None, "lead"), ("named", "named")])
def test_a_supervisor_signs_for_the_unit_named_or_the_one_that_answers(said: str | None, unit: str) -> None:
    assert allowed(State.ASSIGNED, Move.ACCEPT, OFFICE, said) == unit


@pytest.mark.parametrize("unit", ["helper", "stranger"])
def test_a_supervisor_signs_for_no_unit_that_has_not_to_sign(unit: str) -> None:
    with pytest.raises(Invalid, match="不是该事项的牵头或责任单位"):
        allowed(State.ASSIGNED, Move.ACCEPT, OFFICE, unit)


def test_a_supervisor_signs_for_nobody_where_nobody_answers() -> None:
    with pytest.raises(Invalid) as refused:
        allowed(State.ASSIGNED, Move.ACCEPT, OFFICE, standing=Standing(signing=()))

    assert refused.value.code == "task.on_behalf_unknown"


@pytest.mark.parametrize("role", ["unit", "unit_lead", "liaison", "leader", "auditor", "feed", "ops"])
def test_only_supervisors_make_the_moves_of_the_office(role: str) -> None:
    with pytest.raises(Forbidden, match="只有督查人员"):
        allowed(State.REGISTERED, Move.ASSIGN, of_unit("lead", role))


def test_the_moves_of_the_office_are_made_for_nobody_else() -> None:
    with pytest.raises(Invalid, match="on_behalf_of"):
        allowed(State.REGISTERED, Move.ASSIGN, OFFICE, "lead")


def test_the_moves_of_the_office_act_for_no_unit() -> None:
    assert allowed(State.REGISTERED, Move.ASSIGN, OFFICE) is None


@pytest.mark.parametrize("unit", ["lead", "named"])
@pytest.mark.parametrize("move", [Move.VERIFY, Move.RETURN])
def test_nobody_judges_what_their_own_unit_has_to_do(unit: str, move: Move) -> None:
    with pytest.raises(Forbidden, match="须由其他单位的人员"):
        allowed(State.SUBMITTED, move, Actor("k", "supervisor", unit))


def test_a_supervisor_of_a_cooperating_unit_verifies() -> None:
    assert allowed(State.SUBMITTED, Move.VERIFY, Actor("k", "supervisor", "helper")) is None


@pytest.mark.parametrize("move", [Move.VERIFY, Move.RETURN])
def test_the_head_of_the_authority_judges_when_it_is_its_turn(move: Move) -> None:
    assert allowed(State.SUBMITTED, move, of_unit("bureau"), standing=MIDDLE) == "bureau"


def test_a_supervisor_enters_the_authority_s_word_by_naming_it() -> None:
    assert allowed(State.SUBMITTED, Move.VERIFY, OFFICE, "bureau", standing=MIDDLE) == "bureau"


@pytest.mark.parametrize(
    ("actor", "said"),
    [(OFFICE, None), (OFFICE, "lead"), (of_unit("bureau", "liaison"), None), (of_unit("lead"), None)],
)
def test_nobody_passes_over_the_authority(actor: Actor, said: str | None) -> None:
    with pytest.raises(Forbidden, match="主管部门复核：请由单位 bureau") as refused:
        allowed(State.SUBMITTED, Move.VERIFY, actor, said, standing=MIDDLE)

    assert refused.value.code == "task.authority_first"


def test_a_supervisor_of_a_signing_unit_does_not_enter_the_authority_s_word_either() -> None:
    with pytest.raises(Forbidden) as refused:
        allowed(State.SUBMITTED, Move.VERIFY, Actor("k", "supervisor", "lead"), "bureau", standing=MIDDLE)

    assert refused.value.code == "task.own_unit"


def test_after_the_last_review_the_office_alone_sends_back() -> None:
    assert allowed(State.VERIFIED, Move.RETURN, OFFICE, standing=MIDDLE) is None


def test_every_party_of_people_has_its_roles() -> None:
    assert set(ROLES) == set(Party) - {Party.REVIEWER}
