"""Holds what notify recorded about one task against what the archive says: pure functions over rows and events.

Invariant: nothing is called proven that the archive does not say, and nothing that should be there goes unmentioned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.chain import link_hash
from shared.events.deadlines import NoticeIssued, ReportReminded, StepTold
from shared.events.envelope import Envelope

Issued = NoticeIssued | ReportReminded | StepTold


class Link(NamedTuple):
    """One archived event as the archive stores it.

    Attributes:
        before: The hash of the entry before it, as that one has it.
        behind: The hash that the entry behind it, or the head of the chain, names for it.
    """

    position: int
    stream: str
    sequence: int
    payload: bytes
    previous_hash: bytes
    hash: bytes
    before: bytes
    behind: bytes


class Flaw(StrEnum):
    """Why something does not verify."""

    NO_ARCHIVE = "no_archive"  # The archive could not be read.
    MISSING = "missing"  # Recorded here, not archived.
    UNRECORDED = "unrecorded"  # Archived, not recorded here.
    DOUBLED = "doubled"  # Archived more than once.
    DIFFERENT = "different"  # Archived with another content.
    FORGED_KEY = "forged_key"  # Its id does not follow from its key.
    ALTERED = "altered"  # The archived bytes are not those that were archived.
    RELINKED = (
        "relinked"  # The archived entry does not follow the one before, or is not followed by the one behind.
    )
    UNREADABLE = "unreadable"  # The archived bytes are no event.


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not verify.

    Attributes:
        about: A notice id, or the archive position.
        detail: Names of what differs.
    """

    flaw: Flaw
    about: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Archived:
    """An event of the task with its place."""

    position: int
    sequence: int
    hash: str
    event: Envelope


def read_links(links: Sequence[Link]) -> tuple[list[Archived], list[Problem]]:
    """Check each link and read its event; a broken one is named and not believed."""
    found: list[Archived] = []
    problems: list[Problem] = []
    envelopes = Envelope.read_all([link.payload for link in links])
    for link, envelope in zip(links, envelopes, strict=True):
        flaw = _flaw(link, envelope)
        if flaw is None and isinstance(envelope, Envelope):
            found.append(Archived(link.position, link.sequence, link.hash.hex(), envelope))
        else:
            problems.append(Problem(flaw or Flaw.UNREADABLE, str(link.position)))
    return found, problems


def _flaw(link: Link, envelope: Envelope | ValueError) -> Flaw | None:
    checks = (
        (link.before != link.previous_hash or link.behind != link.hash, Flaw.RELINKED),
        (link.hash != link_hash(link.previous_hash, link.stream, link.sequence, link.payload), Flaw.ALTERED),
        (isinstance(envelope, ValueError), Flaw.UNREADABLE),
    )
    return next((flaw for broken, flaw in checks if broken), None)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as recorded here, in the words of its event.

    Attributes:
        proper_id: The id that follows from its key.
        fields: Its columns by the names of the event's fields.
    """

    id: str
    proper_id: str
    fields: dict[str, object]


def issued(archived: Iterable[Archived]) -> dict[str, list[tuple[Archived, Issued]]]:
    """Give the events that say that somebody was told, by notice."""
    found: dict[str, list[tuple[Archived, Issued]]] = {}
    for one in archived:
        if isinstance(one.event.data, NoticeIssued | ReportReminded | StepTold):
            found.setdefault(one.event.data.notice_id, []).append((one, one.event.data))
    return found


def verify(told: Sequence[Told], archived: dict[str, list[tuple[Archived, Issued]]]) -> list[Problem]:
    """Compare what was told, by the records, with what was archived."""
    problems = [problem for one in told for problem in _verify(one, archived.get(one.id, []))]
    known = {one.id for one in told}
    return problems + [Problem(Flaw.UNRECORDED, notice) for notice in archived if notice not in known]


def _verify(one: Told, events: Sequence[tuple[Archived, Issued]]) -> Iterable[Problem]:
    if one.id != one.proper_id:
        yield Problem(Flaw.FORGED_KEY, one.id)
    if not events:
        yield Problem(Flaw.MISSING, one.id)
        return
    if len(events) > 1:
        yield Problem(Flaw.DOUBLED, one.id)
    said = dict(events[0][1])
    other = [name for name, value in one.fields.items() if name in said and said[name] != value]
    if other:
        yield Problem(Flaw.DIFFERENT, one.id, "、".join(other))


@dataclass(frozen=True, slots=True)
class Downtime:
    """When no replica of the service ran; business time."""

    begin: datetime
    end: datetime


def downtimes(runs: Iterable[tuple[datetime, datetime]]) -> list[Downtime]:
    """Give the gaps between runs (started, last seen alive), which may overlap."""
    found: list[Downtime] = []
    reached: datetime | None = None
    for started, alive in sorted(runs):
        if reached is not None and started > reached:
            found.append(Downtime(reached, started))
        reached = max(reached or alive, alive)
    return found


def down_at(instant: datetime, found: Iterable[Downtime]) -> Downtime | None:
    """Give the downtime that an instant lies in."""
    return next((one for one in found if one.begin <= instant < one.end), None)
