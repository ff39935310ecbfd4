"""The chain of the audit: whatever is done to an entry is found."""

from datetime import timedelta
from typing import Any

import pytest

from services.gateway.audit.domain import Break, Broken, Chain, Deed, Entry, hash_of, written
from shared.testing import DRILL_START

Kept = list[tuple[Entry, str]]


def chained(count: int) -> Kept:
    """Write a chain."""
    kept: Kept = []
    for number in range(1, count + 1):
        at = DRILL_START + timedelta(seconds=number)
        entry = Entry(number, at, "session.opened", f"acc-{number}", "", "10.0.0.1", 1, "{}")
        kept.append((entry, hash_of(entry, kept[-1][1] if kept else "")))
    return kept


def broken(kept: Kept, last: tuple[Entry, str]) -> Broken | None:
    chain = Chain()
    found = [chain.check(entry, hashed) for entry, hashed in kept]
    return next((one for one in found if one), None) or chain.end(last[0].id, last[1])


def test_a_chain_that_nobody_touched_holds() -> None:
    kept = chained(4)

    assert broken(kept, kept[-1]) is None


@pytest.mark.parametrize("field", ["at", "what", "by", "about", "address", "times", "detail"])
def test_an_altered_field_is_found_at_its_entry(field: str) -> None:
    kept = chained(4)
    entry, hashed = kept[1]
    value: Any = {"at": DRILL_START, "times": 7}.get(field, "other")
    altered = [*kept[:1], (entry._replace(**{field: value}), hashed), *kept[2:]]

    assert broken(altered, kept[-1]) == Broken(2, Break.ALTERED)


def test_removed_inserted_swapped_and_cut_entries_are_found() -> None:
    one, two, three, four = kept = chained(4)
    false = (two[0]._replace(by="x"), hash_of(two[0]._replace(by="x"), one[1]))

    assert broken([one, three, four], four) == Broken(2, Break.MISSING)
    assert broken([one, two, two, three, four], four) == Broken(3, Break.MISSING)
    assert broken([one, three, two, four], four) == Broken(2, Break.MISSING)
    assert broken([one, false, three, four], four) == Broken(3, Break.ALTERED)
    assert broken(kept[:3], four) == Broken(4, Break.CUT)


def test_details_are_written_alike_whatever_their_order() -> None:
    first, second = (
        Deed("a.b", "x", detail={"b": "督", "a": "1"}),
        Deed("a.b", "x", detail={"a": "1", "b": "督"}),
    )

    assert written(first) == written(second) == '{"a":"1","b":"督"}'
