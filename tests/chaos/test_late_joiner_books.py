"""The books of late joiners find each way in which a reader can be wrong."""

import pytest

from tests.chaos.exchange.books import Got, Late, beyond, misordered, missing, once

ARCHIVE = [Got(1, "a", "x"), Got(2, "b", "y"), Got(3, "c", "x")]
A, B, C = ARCHIVE


def test_a_reader_that_has_all_once_and_in_order_is_right() -> None:
    assert (missing(ARCHIVE, ARCHIVE), beyond(ARCHIVE, ARCHIVE), misordered([B, A, C])) == (0, 0, 0)


def test_what_comes_again_under_its_id_counts_once_where_it_came_first() -> None:
    assert once([A, B, A, C]) == [A, B, C]


@pytest.mark.parametrize(
    ("got", "wrong"),
    [
        ([A, C], (1, 0, 0)),
        ([A, B, B, C], (0, 1, 0)),
        ([C, A, B], (0, 0, 1)),
        ([A, B, C, Got(4, "d", "x")], (0, 1, 0)),
        ([A, B, Got(3, "other", "x")], (1, 1, 0)),
    ],
)
def test_each_way_to_be_wrong_is_found(got: list[Got], wrong: tuple[int, int, int]) -> None:
    assert (missing(ARCHIVE, got), beyond(ARCHIVE, got), misordered(got)) == wrong


@pytest.mark.parametrize("field", ["lost", "doubled", "misordered", "unreconciled"])
def test_one_fault_makes_a_run_inexact(field: str) -> None:
    plain = dict.fromkeys(("lost", "doubled", "misordered", "unreconciled"), 0)

    assert Late(kills=1, sent=3, ambiguous=2, seed=1, **plain).is_exact()
    assert not Late(kills=1, sent=3, ambiguous=2, seed=1, **plain | {field: 1}).is_exact()
    assert not Late(kills=1, sent=0, ambiguous=0, seed=1, **plain).is_exact()
