"""The hash chain: what is altered, removed, swapped or put in is named."""

import hashlib

import pytest

from services.gateway.archive.domain import (
    GENESIS,
    UNREADABLE,
    Break,
    Fault,
    Link,
    end_break,
    extend,
    first_break,
    head_of,
)


def chain(count: int = 5) -> list[Link]:
    return extend((0, GENESIS), "ratings", [(number, b"event %d" % number) for number in range(1, count + 1)])


def test_a_hash_covers_the_one_before_the_stream_the_sequence_and_the_bytes() -> None:
    first, second = chain(2)

    assert first.hash == hashlib.sha256(GENESIS + b"ratings:1:event 1").digest()
    assert second.hash == hashlib.sha256(first.hash + b"ratings:2:event 2").digest()


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(chain(), position=1, previous=GENESIS) is None


def swapped(links: list[Link]) -> list[Link]:
    second, third = links[1], links[2]
    return [links[0], third._replace(position=2), second._replace(position=3), *links[3:]]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (
            [*chain()[:2], chain()[2]._replace(payload=b"x"), *chain()[3:]],
            Break(3, Fault.ALTERED, "ratings", 3),
        ),
        (
            [*chain()[:2], chain()[2]._replace(sequence=9), *chain()[3:]],
            Break(3, Fault.ALTERED, "ratings", 9),
        ),
        ([*chain()[:2], *chain()[3:]], Break(3, Fault.MISSING)),
        (swapped(chain()), Break(2, Fault.RELINKED, "ratings", 3)),
    ],
)
def test_the_first_broken_entry_is_named(links: list[Link], expected: Break) -> None:
    assert first_break(links, position=1, previous=GENESIS) == expected


@pytest.mark.parametrize(
    ("end", "named", "expected"),
    [
        ((5, b"a"), (5, b"a"), None),
        ((3, b"a"), (5, b"b"), Break(4, Fault.CUT)),
        ((5, b"b"), (3, b"a"), Break(4, Fault.BEYOND)),
        ((5, b"a"), (5, b"b"), Break(5, Fault.RELINKED)),
    ],
)
def test_the_end_of_a_chain_is_compared_with_its_head_row(
    end: tuple[int, bytes], named: tuple[int, bytes], expected: Break | None
) -> None:
    assert end_break(end, named) == expected


def test_an_event_is_known_by_its_head() -> None:
    found = head_of(b'{"specversion":"1.0","id":"1","type":"t","subject":"s","time":"2023","data":{}}')

    assert (found.id, found.type, found.subject, found.time) == ("1", "t", "s", "2023")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"\xff", b"{}", b'{"id":"1"}', b'{"type":"t"}', b'{"specversion":"9"}']
)
def test_bytes_that_are_no_event_have_an_empty_head(raw: bytes) -> None:
    assert head_of(raw) == UNREADABLE
