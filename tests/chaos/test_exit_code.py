"""A kill loop that was not exact ends `make chaos`, and so CI, with an error."""

import pytest

from tests.chaos.__main__ import exit_code
from tests.chaos.scenario import Tally, compare

Effects = list[tuple[int, str]]
EXACT: Effects = [(1, "a"), (2, "b"), (3, "a")]


def tally(effects: Effects, *, known: int = 3) -> Tally:
    return compare(effects, kills=2, sent=3, known=known, seed=1)


def test_exact_loops_end_well_whatever_their_senders_knew() -> None:
    assert exit_code([tally(EXACT), tally(EXACT, known=1)]) == 0


@pytest.mark.parametrize(
    ("found", "effects"),
    [
        ("lost", [(1, "a"), (3, "a")]),
        ("doubled", [*EXACT, (3, "a")]),
        ("misordered", [(3, "a"), (2, "b"), (1, "a")]),
    ],
)
def test_one_loop_that_was_not_exact_is_an_error(found: str, effects: Effects) -> None:
    wrong = tally(effects)

    assert getattr(wrong, found) == 1
    assert exit_code([tally(EXACT), wrong]) == 1


def test_a_loop_that_sent_nothing_proves_nothing() -> None:
    assert exit_code([compare([], kills=2, sent=0, known=0, seed=1)]) == 1
