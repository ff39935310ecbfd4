"""The crash matrix finds each way in which the books of a drill can be wrong."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.chaos.notify.books import Books, compare
from tests.chaos.notify.matrix import Matrix
from tests.chaos.notify.steps import STEPS


def kept() -> Books:
    """Make the books of two notices: `n1` was sent at once, `n2` after an attempt that a kill left open."""
    return Books(
        told={"n1", "n2"},
        keys=Counter({("t1", "due"): 1, ("t2", "due"): 1}),
        inbox=Counter(n1=1, n2=1),
        issued=Counter(n1=1, n2=1),
        outcomes={("p1", 1): "sent", ("p2", 1): "unknown", ("p2", 2): "sent"},
        packed={"n1": {"p1"}, "n2": {"p2"}},
        arrived=Counter({("p1", 1): 1, ("p2", 1): 1, ("p2", 2): 1}),
        delivered=Counter(n1=1, n2=2),
    )


def wrong(books: Books) -> set[str]:
    found = compare(books, {"n1", "n2"})
    return {name for name in found.__dataclass_fields__ if getattr(found, name)}


def test_books_in_order_have_no_findings_although_one_message_came_twice() -> None:
    assert wrong(kept()) == set()
    assert kept().ambiguous == {("p2", 1)}


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda books: books.told.remove("n1"), {"lost", "doubled"}),  # Published, but not recorded.
        (lambda books: books.issued.pop("n1"), {"lost"}),
        (lambda books: books.inbox.pop("n1"), {"lost"}),
        (lambda books: books.delivered.pop("n1"), {"lost"}),
        (lambda books: books.arrived.pop(("p1", 1)), {"unsent"}),
        (lambda books: books.issued.update(["n1"]), {"doubled"}),
        (lambda books: books.inbox.update(["n1"]), {"doubled"}),
        (lambda books: books.keys.update([("t1", "due")]), {"doubled"}),
        (lambda books: books.packed["n1"].add("p2"), {"doubled"}),
        (lambda books: books.told.add("n3"), {"doubled"}),
        (lambda books: books.arrived.update([("p1", 1)]), {"unlisted"}),
        (lambda books: books.outcomes.update({("p2", 1): "failed"}), {"unlisted"}),
        (lambda books: (books.outcomes.pop(("p2", 2)), books.arrived.pop(("p2", 2))), {"unrepeated"}),
    ],
)
def test_each_way_to_be_wrong_is_found(spoil: Callable[[Books], object], found: set[str]) -> None:
    books = kept()
    spoil(books)

    assert wrong(books) == found


def matrix(kills: int, *, steps: int) -> Matrix:
    hit = {step: int(number < steps) for number, step in enumerate(STEPS)}
    return Matrix(kills=kills, sent=9, lost=0, doubled=0, ambiguous=1, seed=7, tasks=9, steps=hit)


def test_a_long_matrix_in_which_a_step_was_never_hit_is_not_exact() -> None:
    assert matrix(200, steps=len(STEPS)).is_exact()
    assert matrix(3, steps=2).is_exact()
    assert not matrix(200, steps=len(STEPS) - 1).is_exact()
