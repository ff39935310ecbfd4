"""The hash chain of the archive: how an entry is linked to the one before, and how a broken link is found.

Invariant: hash = SHA-256(previous hash + "stream:sequence:" + the bytes as read), positions count 1, 2, 3 …; so an
entry that was altered, removed, swapped or put in later is named by its position. Who forges all hashes behind it too
is found by the anchors, which stand outside: in notify's database, with subscribers, and on paper.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


class Stored(NamedTuple):
    """One row of the archive: the entry, and what readers find it by."""

    position: int
    stream: str
    sequence: int
    event_id: str
    type: str
    subject: str
    time: str
    payload: bytes
    previous_hash: bytes
    hash: bytes


class Ground(NamedTuple):
    """Where the chain that is kept begins: the last entry that retention removed, or nothing."""

    position: int = 0
    hash: bytes = GENESIS


class Anchor(NamedTuple):
    """Where the chain stood when a day began in Shanghai."""

    day: date
    position: int
    hash: bytes


class Fault(StrEnum):
    """Why a chain is broken at an entry."""

    MISSING = "missing"  # There is no entry at this position.
    RELINKED = "relinked"  # It does not follow the entry before: swapped, or put in later.
    ALTERED = "altered"  # Its bytes, stream or sequence are not those that were archived.
    MISLABELLED = "mislabelled"  # Its id, type, subject or time, by which it is found, are not its event's.
    CUT = "cut"  # The chain ends before the position that its head row, or an anchor, names.
    BEYOND = "beyond"  # The chain goes on behind its head row, or begins before where it was trimmed.
    UNANCHORED = (
        "unanchored"  # Its hash is not the anchor's: it or one before it was altered, and all hashes forged.
    )


@dataclass(frozen=True, slots=True)
class Break:
    """The first broken entry; `expected` and `found` are hashes in hexadecimal, positions or words."""

    position: int
    fault: Fault
    stream: str = ""
    sequence: int = 0
    expected: str = ""
    found: str = ""


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


def first_break(rows: Sequence[Stored], *, position: int, previous: bytes) -> Break | None:
    """Find the first broken one of `rows`, which should begin at `position` behind the hash `previous`.

    A row may be any tuple of the fields of `Stored`: a million of them are read by place, not by name.
    """
    for row in rows:
        at, stream, sequence, event_id, kind, subject, time, payload, before, kept = row
        if at != position:
            return Break(position, Fault.MISSING, expected=str(position), found=str(at))
        if before != previous:
            return Break(at, Fault.RELINKED, stream, sequence, previous.hex(), before.hex())
        hashed = link_hash(previous, stream, sequence, payload)
        if kept != hashed:
            return Break(at, Fault.ALTERED, stream, sequence, hashed.hex(), kept.hex())
        if not _begins_with(payload, event_id, kind, subject, time):
            said = head_of(payload)
            if (event_id, kind, subject, time) != said:
                return _mislabelled(Stored(*row), said)
        position, previous = position + 1, kept
    return None


def _begins_with(payload: bytes, event_id: str, kind: str, subject: str, time: str) -> bool:
    """Tell whether an event begins as `shared.events` writes one with that head: quicker than reading it.

    What is written otherwise, or has a character that JSON escapes, has to be read.
    """
    begin = f'{{"specversion":"1.0","id":"{event_id}","source":"'.encode()
    if not payload.startswith(begin):
        return False
    rest = f'","type":"{kind}","subject":"{subject}","time":"{time}","datacontenttype"'.encode()
    return payload.startswith(rest, payload.find(b'"', len(begin)))


def _mislabelled(row: Stored, said: Head) -> Break:
    kept = Head(row.event_id, row.type, row.subject, row.time)
    wrong = [name for name in Head._fields if getattr(said, name) != getattr(kept, name)]
    expected, found = ("; ".join(f"{name}={getattr(one, name)}" for name in wrong) for one in (said, kept))
    return Break(row.position, Fault.MISLABELLED, row.stream, row.sequence, expected, found)


def anchor_break(rows: Sequence[Stored], anchored: Mapping[int, bytes]) -> Break | None:
    """Find the first of `rows`, whose chain is whole, that has another hash than the anchor of its position."""
    by_position = {row[0]: row for row in rows} if anchored else {}
    for position in sorted(by_position.keys() & anchored.keys()):
        row = Stored(*by_position[position])
        if row.hash != anchored[position]:
            expected, found = anchored[position].hex(), row.hash.hex()
            return Break(position, Fault.UNANCHORED, row.stream, row.sequence, expected, found)
    return None


def end_break(end: tuple[int, bytes], named: tuple[int, bytes], anchored: int = 0) -> Break | None:
    """Compare where the chain ends (position, hash) with what its head row names, and with its last anchor."""
    last = max(named[0], anchored)
    if end[0] < last:
        return Break(end[0] + 1, Fault.CUT, expected=str(last), found=str(end[0]))
    if end[0] > named[0]:
        return Break(named[0] + 1, Fault.BEYOND, expected=str(named[0]), found=str(end[0]))
    if end[1] != named[1]:
        return Break(end[0], Fault.RELINKED, expected=named[1].hex(), found=end[1].hex())
    return None


def ground_break(oldest: int, ground: Ground, anchored: Mapping[int, bytes]) -> Break | None:
    """Compare what is kept with where retention says that it begins; `oldest` is the first position, 0 for none."""
    if 0 < oldest <= ground.position:
        return Break(oldest, Fault.BEYOND, expected=str(ground.position + 1), found=str(oldest))
    expected = anchored.get(ground.position, ground.hash)
    if expected != ground.hash:
        return Break(ground.position, Fault.UNANCHORED, expected=expected.hex(), found=ground.hash.hex())
    return None


def is_due(newest: Anchor | None, today: date, end: int) -> bool:
    """Tell whether the chain, which ends at position `end`, is to be anchored: once a day, if it has grown."""
    return end > 0 if newest is None else newest.day < today and newest.position < end
