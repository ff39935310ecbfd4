"""The hash chain: what is altered, removed, swapped or put in is named."""

import hashlib
from collections.abc import Iterable
from datetime import date

import pytest

from services.gateway.archive.domain import (
    GENESIS,
    UNREADABLE,
    Anchor,
    Break,
    Fault,
    Ground,
    Link,
    Stored,
    anchor_break,
    end_break,
    extend,
    first_break,
    ground_break,
    head_of,
    is_due,
)
from tests.gateway.chains import place_of
from tests.gateway.world import entry


def chain(count: int = 5) -> list[Link]:
    return extend((0, GENESIS), "ratings", [(number, b"event %d" % number) for number in range(1, count + 1)])


def stored(links: Iterable[Link]) -> list[Stored]:
    return [Stored(*link[:3], *head_of(link.payload), *link[3:]) for link in links]


def test_a_hash_covers_the_one_before_the_stream_the_sequence_and_the_bytes() -> None:
    first, second = chain(2)

    assert first.hash == hashlib.sha256(GENESIS + b"ratings:1:event 1").digest()
    assert second.hash == hashlib.sha256(first.hash + b"ratings:2:event 2").digest()


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(stored(chain()), position=1, previous=GENESIS) is None


def swapped(links: list[Link]) -> list[Link]:
    second, third = links[1], links[2]
    return [links[0], third._replace(position=2), second._replace(position=3), *links[3:]]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (
            [*chain()[:2], chain()[2]._replace(payload=b"x"), *chain()[3:]],
            (3, Fault.ALTERED, "ratings", 3),
        ),
        ([*chain()[:2], chain()[2]._replace(sequence=9), *chain()[3:]], (3, Fault.ALTERED, "ratings", 9)),
        ([*chain()[:2], *chain()[3:]], (3, Fault.MISSING, "", 0)),
        (swapped(chain()), (2, Fault.RELINKED, "ratings", 3)),
    ],
)
def test_the_first_broken_entry_is_named(links: list[Link], expected: tuple[int, Fault, str, int]) -> None:
    assert place_of(first_break(stored(links), position=1, previous=GENESIS)) == expected


def test_a_break_says_what_was_expected_and_what_was_found() -> None:
    rows = stored(chain(2))
    forged = rows[1]._replace(hash=bytes(32))

    found = first_break([rows[0], forged], position=1, previous=GENESIS)

    assert found == Break(2, Fault.ALTERED, "ratings", 2, rows[1].hash.hex(), bytes(32).hex())


def test_a_row_that_is_found_by_another_type_or_subject_than_its_event_has_is_named() -> None:
    raw = b'{"specversion":"1.0","id":"1","type":"t","subject":"s","time":"2023","data":{}}'
    [row] = stored(extend((0, GENESIS), "ratings", [(1, raw)]))
    moved = row._replace(type="u", subject="other")

    found = first_break([moved], position=1, previous=GENESIS)

    assert found == Break(1, Fault.MISLABELLED, "ratings", 1, "type=t; subject=s", "type=u; subject=other")


def test_the_labels_of_an_event_as_it_is_published_are_compared_too() -> None:
    [row] = stored(extend((0, GENESIS), "supervision", [(1, entry(1).raw)]))

    found = [first_break([one], position=1, previous=GENESIS) for one in (row, row._replace(time="2024"))]

    assert found[0] is None
    assert place_of(found[1]) == (1, Fault.MISLABELLED, "supervision", 1)


def test_a_chain_forged_from_an_entry_on_is_found_by_the_first_anchor_behind_it() -> None:
    rows, forged = stored(chain()), stored(extend((0, GENESIS), "ratings", [(1, b"x"), (2, b"event 2")]))

    assert anchor_break(rows, {}) is None
    assert anchor_break(rows, {2: rows[1].hash}) is None
    assert anchor_break(forged, {2: rows[1].hash}) == Break(
        2, Fault.UNANCHORED, "ratings", 2, rows[1].hash.hex(), forged[1].hash.hex()
    )


@pytest.mark.parametrize(
    ("end", "named", "anchored", "expected"),
    [
        ((5, b"a"), (5, b"a"), 5, None),
        ((3, b"a"), (5, b"b"), 0, Break(4, Fault.CUT, expected="5", found="3")),
        ((3, b"a"), (3, b"a"), 5, Break(4, Fault.CUT, expected="5", found="3")),
        ((5, b"b"), (3, b"a"), 0, Break(4, Fault.BEYOND, expected="3", found="5")),
        ((5, b"a"), (5, b"b"), 0, Break(5, Fault.RELINKED, expected="62", found="61")),
    ],
)
def test_the_end_of_a_chain_is_compared_with_its_head_row_and_its_last_anchor(
    end: tuple[int, bytes], named: tuple[int, bytes], anchored: int, expected: Break | None
) -> None:
    assert end_break(end, named, anchored) == expected


@pytest.mark.parametrize(
    ("oldest", "ground", "anchored", "expected"),
    [
        (1, Ground(), {}, None),
        (0, Ground(4, b"a"), {4: b"a"}, None),
        (5, Ground(4, b"a"), {}, None),
        (4, Ground(4, b"a"), {}, Break(4, Fault.BEYOND, expected="5", found="4")),
        (5, Ground(4, b"a"), {4: b"b"}, Break(4, Fault.UNANCHORED, expected="62", found="61")),
    ],
)
def test_what_is_kept_begins_where_retention_ended_and_follows_its_anchor(
    oldest: int, ground: Ground, anchored: dict[int, bytes], expected: Break | None
) -> None:
    assert ground_break(oldest, ground, anchored) == expected


@pytest.mark.parametrize(
    ("newest", "end", "due"),
    [
        (None, 0, False),
        (None, 3, True),
        (Anchor(date(2023, 6, 20), 3, b""), 9, False),
        (Anchor(date(2023, 6, 19), 3, b""), 9, True),
        (Anchor(date(2023, 6, 19), 9, b""), 9, False),
    ],
)
def test_the_archive_is_anchored_once_a_day_when_it_has_grown(
    newest: Anchor | None,
    end: int,
    due: bool,  # noqa: FBT001 - a column of the table.
) -> None:
    assert is_due(newest, date(2023, 6, 20), end) is due


def test_an_event_is_known_by_its_head() -> None:
    found = head_of(b'{"specversion":"1.0","id":"1","type":"t","subject":"s","time":"2023","data":{}}')

    assert (found.id, found.type, found.subject, found.time) == ("1", "t", "s", "2023")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"\xff", b"{}", b'{"id":"1"}', b'{"type":"t"}', b'{"specversion":"9"}']
)
def test_bytes_that_are_no_event_have_an_empty_head(raw: bytes) -> None:
    assert head_of(raw) == UNREADABLE
