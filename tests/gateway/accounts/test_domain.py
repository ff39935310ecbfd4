"""Passwords that are good enough, and tries that have to wait."""

from datetime import timedelta

import pytest

from services.gateway.accounts.domain import (
    Fault,
    LockoutRules,
    Login,
    PasswordRules,
    Standing,
    State,
    Tries,
    Verdict,
    attempt,
    classes_in,
    faults_of,
    is_old,
    judge_login,
    random_password,
    words_for,
)
from shared.testing import DRILL_START

RULES, LOCKOUT = PasswordRules(), LockoutRules()
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Jinghe-2023", []),
        ("泾河新城Abc2023xx", []),
        ("Jh-2023", [Fault.SHORT]),
        ("Jinghe-2023" * 12, [Fault.LONG]),
        ("jinghexincheng", [Fault.PLAIN]),
        ("jinghe2023xc", [Fault.PLAIN]),
        ("x-LI.GANG-2023", [Fault.NAME]),
        ("Aa1Aa1Aa1Aa1", [Fault.ALIKE]),
        ("", [Fault.SHORT, Fault.PLAIN, Fault.ALIKE]),
    ],
)
def test_a_password_is_told_all_that_it_lacks(password: str, faults: list[Fault]) -> None:
    assert faults_of(password, "li.gang", RULES) == faults


def test_four_classes_of_characters_are_told_apart() -> None:
    assert [classes_in(one) for one in ("", "a", "aB", "aB1", "aB1-", "督办")] == [0, 1, 2, 3, 4, 1]


def test_every_fault_has_words_with_the_numbers_of_the_rules() -> None:
    said = {fault: words_for(fault, RULES) for fault in Fault}

    assert said[Fault.SHORT] == "至少 10 个字符"
    assert len(set(said.values())) == len(Fault)


@pytest.mark.parametrize(("days", "lasts", "old"), [(89, 90, False), (90, 90, True), (9999, 0, False)])
def test_a_password_ages_unless_the_rules_say_never(days: int, lasts: int, *, old: bool) -> None:
    rules = PasswordRules(lasts=timedelta(days=lasts))

    assert is_old(DRILL_START, DRILL_START + timedelta(days=days), rules) is old


def test_first_passwords_differ_and_have_twenty_characters_besides_hyphens() -> None:
    made = {random_password() for _ in range(50)}

    assert len(made) == 50
    assert {len(one.replace("-", "")) for one in made} == {20}


def test_the_last_failure_in_a_row_closes_the_door_for_half_an_hour() -> None:
    tries, verdicts = Tries(0, DRILL_START, None), []
    for _ in range(6):
        verdict, tries = attempt(tries, DRILL_START, LOCKOUT)
        verdicts.append(verdict)

    assert verdicts == [Verdict.TAKEN] * 5 + [Verdict.LOCKED]
    assert tries.locked_until == DRILL_START + 30 * MINUTE
    assert attempt(tries, DRILL_START + 29 * MINUTE, LOCKOUT) == (Verdict.LOCKED, tries)
    again = Tries(1, DRILL_START + 30 * MINUTE, None)
    assert attempt(tries, DRILL_START + 30 * MINUTE, LOCKOUT) == (Verdict.TAKEN, again)


def test_failures_of_long_ago_count_no_more() -> None:
    later = DRILL_START + 30 * MINUTE

    assert attempt(Tries(4, DRILL_START, None), later, LOCKOUT) == (Verdict.TAKEN, Tries(1, later, None))


SOON, PAST = DRILL_START + MINUTE, DRILL_START


@pytest.mark.parametrize(
    ("standing", "fits", "outcome"),
    [
        (None, False, Login.UNKNOWN),
        (Standing(State.ACTIVE, None, first_used=False), False, Login.WRONG),
        (Standing(State.LOCKED, None, first_used=False), False, Login.WRONG),
        (Standing(State.LOCKED, None, first_used=False), True, Login.LOCKED),
        (Standing(State.DISABLED, None, first_used=False), True, Login.DISABLED),
        (Standing(State.ACTIVE, None, first_used=False), True, Login.ADMITTED),
        (Standing(State.ACTIVE, SOON, first_used=False), True, Login.ADMITTED),
        (Standing(State.ACTIVE, SOON, first_used=True), True, Login.FIRST_USED),
        (Standing(State.ACTIVE, PAST, first_used=False), True, Login.FIRST_EXPIRED),
    ],
)
def test_a_login_is_judged_by_all_that_counts(
    standing: Standing | None, *, fits: bool, outcome: Login
) -> None:
    assert judge_login(standing, DRILL_START, fits=fits) is outcome
