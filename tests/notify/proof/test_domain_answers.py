"""Which answer held a notice back: pure."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.notify.proof.domain_answers import Answer, Held, Said, basis
from shared.clock import end_of_day
from tests.notify.made import JUNE_30, at

DUE_AT = end_of_day(JUNE_30)
SAID = Said("n1", "finish", "u1", DUE_AT, "snoozed", at(date(2023, 7, 3)), at(date(2023, 7, 5)), "key-1")
HELD = Held("held_snoozed", "finish", "u1", DUE_AT, at(date(2023, 7, 4)))


def test_the_last_answer_that_held_is_the_basis() -> None:
    before = Answer(replace(SAID, at=at(date(2023, 7, 2))))
    last = Answer(SAID)
    other = Answer(replace(SAID, recipient="u2"))

    assert basis(HELD, [before, last, other]) is last


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, verdict="held_acknowledged"),
        replace(HELD, verdict="send"),
        replace(HELD, clock="report"),
        replace(HELD, recipient="u2"),
        replace(HELD, due_at=DUE_AT + timedelta(days=1)),
        replace(HELD, at=at(date(2023, 7, 2))),
        replace(HELD, at=SAID.until_at),
    ],
)
def test_an_answer_about_something_else_or_of_another_time_is_no_basis(held: Held) -> None:
    assert basis(held, [Answer(SAID)]) is None
