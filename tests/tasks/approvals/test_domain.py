"""Which deeds on a result are in order, and who hears of one that amends another."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from services.tasks.approvals import domain
from services.tasks.approvals.domain import Known, State
from services.tasks.approvals.domain_rules import read_rules, shipped
from shared.errors import Conflict, DubanError, Invalid

NOON = datetime(2023, 6, 20, 4, tzinfo=UTC)
DAY = date(2023, 6, 20)


def known(version: int, state: State, unit: str | None, hours: int = 0, *, same: bool = True) -> Known:
    claimed = NOON + timedelta(hours=hours) if state in domain.TAKEN_ON else None
    return Known(version, state, unit, claimed, same)


def test_what_amends_a_claimed_result_goes_to_the_last_that_claimed() -> None:
    results = [
        known(1, State.CLAIMED, "u1"),
        known(2, State.SUPERVISED, "u2", 1),
        known(3, State.PENDING, "u3"),
        known(1, State.CLAIMED, "u4", -1, same=False),
    ]

    assert domain.claimer(results) == "u2"
    assert domain.claimer(results[2:]) == "u4"
    assert domain.claimer(results[2:3]) is None


def test_a_later_result_of_the_same_number_supersedes_and_of_another_does_not() -> None:
    results = [
        known(2, State.PENDING, "u1"),
        known(4, State.PENDING, "u1"),
        known(9, State.PENDING, "u1", same=False),
    ]

    assert [domain.newest(results, version) for version in (1, 3, 4)] == [4, 4, None]


@pytest.mark.parametrize("state", list(State))
def test_only_what_waits_for_somebody_is_ever_overdue(state: State) -> None:
    waits = state in {State.PENDING, State.UNROUTED, State.DECLINED}

    assert domain.is_overdue(state, NOON, NOON + timedelta(seconds=1)) is waits
    assert domain.is_overdue(state, NOON, NOON) is False


def refused(decide: Callable[..., object], *said: object, **more: object) -> tuple[type[DubanError], str]:
    with pytest.raises(DubanError) as caught:
        decide(*said, **more)
    return type(caught.value), caught.value.code


def test_claims_and_returns_need_a_unit_that_has_it() -> None:
    assert domain.check_pending(State.PENDING, "u1", word="认领") == "u1"
    for state in set(State) - {State.PENDING}:
        assert refused(domain.check_pending, state, "u1", word="认领") == (Conflict, "approval.not_pending")
    assert refused(domain.check_pending, State.PENDING, None, word="认领")[0] is Conflict


def test_the_last_of_so_many_units_can_not_give_it_back() -> None:
    domain.check_hops(2, 3)

    assert refused(domain.check_hops, 3, 3) == (Conflict, "approval.hops")


def test_what_nobody_claimed_goes_to_another_unit() -> None:
    for state in domain.UNCLAIMED:
        domain.check_reassign(state, "u1", "u2")
    domain.check_reassign(State.DECLINED, None, "u1")

    assert refused(domain.check_reassign, State.PENDING, "u1", "u1") == (Conflict, "approval.same_unit")
    for state in set(State) - domain.UNCLAIMED:
        assert refused(domain.check_reassign, state, "u1", "u2") == (Conflict, "approval.not_unclaimed")


def test_supervision_begins_between_the_decision_and_today() -> None:
    for on in (DAY - timedelta(days=1), DAY):
        domain.check_supervision(State.CLAIMED, on, NOON - timedelta(days=1), DAY)

    for on in (DAY - timedelta(days=2), DAY + timedelta(days=1)):
        wrong = refused(domain.check_supervision, State.CLAIMED, on, NOON - timedelta(days=1), DAY)
        assert wrong == (Invalid, "approval.supervised_on")
    for state in set(State) - {State.CLAIMED}:
        assert refused(domain.check_supervision, state, DAY, NOON, DAY) == (Conflict, "approval.not_claimed")


@pytest.mark.parametrize("said", ["", " 否 ", "长" * 2001])
def test_a_reason_has_words(said: str) -> None:
    assert domain.check_words(" 不属本单位 ", what="理由", field="reason") == "不属本单位"
    assert refused(domain.check_words, said, what="理由", field="reason") == (Invalid, "approval.words")


def test_every_state_result_way_and_step_has_a_word() -> None:
    assert set(domain.STATE_WORDS) == set(State)
    assert len(set(domain.STATE_WORDS.values())) == len(State)


def test_rules_that_leave_something_out_have_it_as_shipped() -> None:
    assert read_rules({"claim_workdays": 5}) == shipped().model_copy(update={"claim_workdays": 5})
    assert (shipped().claim_workdays, shipped().hops, shipped().approver_supervises) == (3, 3, True)


@pytest.mark.parametrize("said", [{"claim_workdays": 0}, {"hops": 11}, {"days": 3}])
def test_rules_that_make_no_sense_are_refused_by_their_field(said: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        read_rules(said)

    assert (caught.value.code, caught.value.field) == ("approval_rules.invalid", *said)
