"""The hash chain of the archive: how an entry is linked to the one before, and how a broken link is found.

Invariant: hash = SHA-256(previous hash + "stream:sequence:" + the bytes as read), positions count 1, 2, 3 …; so an
entry that was altered, removed, swapped or put in later is named by its position.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import SchemaValidator, core_schema

from shared.chain import link_hash
from shared.events.envelope import Feed

GENESIS = bytes(32)  # What the first entry calls the hash before it.


class Head(NamedTuple):
    """What the archive tells about an event besides its bytes; all empty where the bytes are no event."""

    id: str = ""
    type: str = ""
    subject: str = ""
    time: str = ""


UNREADABLE = Head()
_LONGEST = {"id": 100, "type": 120, "subject": 200, "time": 40}


def _head_reader() -> SchemaValidator:
    """Build what reads a head into a dictionary: for a model of pydantic it would take twice as long."""
    fields = {
        "specversion": core_schema.typed_dict_field(core_schema.literal_schema(["1.0"]), required=False)
    }
    for name, longest in _LONGEST.items():
        text = core_schema.str_schema(max_length=longest)
        fields[name] = core_schema.typed_dict_field(text, required=name in {"id", "type"})
    return SchemaValidator(core_schema.typed_dict_schema(fields, extra_behavior="ignore"))


_READER = _head_reader()


class Link(NamedTuple):
    """One entry of the chain, as stored."""

    position: int
    stream: str
    sequence: int
    payload: bytes
    previous_hash: bytes
    hash: bytes


class Fault(StrEnum):
    """Why a chain is broken at an entry."""

    MISSING = "missing"  # There is no entry at this position.
    RELINKED = "relinked"  # It does not follow the entry before: swapped, or put in later.
    ALTERED = "altered"  # Its bytes, stream or sequence are not those that were archived.
    CUT = "cut"  # The chain ends before the position that its head row names.
    BEYOND = "beyond"  # The chain goes on behind its head row.


@dataclass(frozen=True, slots=True)
class Break:
    """The first broken entry."""

    position: int
    fault: Fault
    stream: str = ""
    sequence: int = 0


def head_of(payload: bytes) -> Head:
    """Read what the archive tells about an event; bytes that are no event of ours give an empty one."""
    try:
        found: dict[str, Any] = _READER.validate_json(payload)
    except ValidationError:
        return UNREADABLE
    head = Head(found["id"], found["type"], found.get("subject", ""), found.get("time", ""))
    return head if head.type and head.id else UNREADABLE


def extend(last: tuple[int, bytes], feed: Feed, entries: Iterable[tuple[int, bytes]]) -> list[Link]:
    """Link `entries` (sequence, bytes) of a feed to the end of the chain at `last` (position, hash)."""
    position, previous = last
    links: list[Link] = []
    for sequence, payload in entries:
        position += 1
        now = link_hash(previous, feed, sequence, payload)
        links.append(Link(position, feed, sequence, payload, previous, now))
        previous = now
    return links


def first_break(links: Sequence[Link], *, position: int, previous: bytes) -> Break | None:
    """Find the first broken one of `links`, which should begin at `position` behind the hash `previous`."""
    for link in links:
        if link.position != position:
            return Break(position, Fault.MISSING)
        if link.previous_hash != previous:
            return Break(position, Fault.RELINKED, link.stream, link.sequence)
        if link.hash != link_hash(previous, link.stream, link.sequence, link.payload):
            return Break(position, Fault.ALTERED, link.stream, link.sequence)
        position, previous = position + 1, link.hash
    return None


def end_break(end: tuple[int, bytes], named: tuple[int, bytes]) -> Break | None:
    """Compare where the chain ends (position, hash) with what its head row names."""
    if end[0] < named[0]:
        return Break(end[0] + 1, Fault.CUT)
    if end[0] > named[0]:
        return Break(named[0] + 1, Fault.BEYOND)
    return None if end[1] == named[1] else Break(end[0], Fault.RELINKED)
