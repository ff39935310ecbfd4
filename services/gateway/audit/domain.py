"""What an entry of the audit says, and the chain that shows when one was altered, removed, swapped or inserted.

Invariant: the hash of an entry covers all that it says and the hash of the one before.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

FIRST = ""  # What the first entry names as the hash before it.
UNKNOWN = "unknown"  # Who did it, where nobody showed a valid key or session.


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did, or was refused.

    Attributes:
        what: Code of the deed, `noun.past participle` (`session.opened`, `request.refused`).
        by: Id of the account or key, `offline` for the machine's command line, or `UNKNOWN`.
        about: Id of what it was done to.
        address: Network address that it came from; empty for the machine itself.
        times: How often, where the same thing came again and again within a second.
        detail: More of it, codes and ids only.
    """

    what: str
    by: str
    about: str = ""
    address: str = ""
    times: int = 1
    detail: Mapping[str, str] = field(default_factory=dict)


class Entry(NamedTuple):
    """A deed with its number (from 1, without gaps) and real time; `detail` is JSON."""

    id: int
    at: datetime
    what: str
    by: str
    about: str
    address: str
    times: int
    detail: str


class Break(StrEnum):
    """What is wrong with the chain at an entry."""

    MISSING = "missing"  # Its number is not the next one: something was removed or inserted.
    ALTERED = "altered"  # What it says does not fit its hash.
    CUT = "cut"  # The chain ends before the last entry that was written.


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain is broken first, and how."""

    id: int
    how: Break


def written(deed: Deed) -> str:
    """Write the detail of a deed as JSON, always alike."""
    return json.dumps(dict(deed.detail), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(entry: Entry, before: str) -> str:
    """Give the SHA-256 of an entry and the hash before it, in hexadecimal."""
    said = [entry.id, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), *entry[2:]]
    text = json.dumps([before, *said], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Chain:
    """Checks entries as they come, oldest first.

    Attributes:
        count: Entries that were right.
        last: Hash of the last one.
    """

    def __init__(self) -> None:
        self.count = 0
        self.last = FIRST

    def check(self, entry: Entry, kept: str) -> Broken | None:
        """Say what is wrong with the next entry, whose hash was kept as `kept`, or nothing."""
        if entry.id != self.count + 1:
            return Broken(self.count + 1, Break.MISSING)
        if hash_of(entry, self.last) != kept:
            return Broken(entry.id, Break.ALTERED)
        self.count, self.last = entry.id, kept
        return None

    def end(self, last_id: int, last_hash: str) -> Broken | None:
        """Say whether the chain ends where its head says that it does."""
        if (self.count, self.last) != (last_id, last_hash):
            return Broken(self.count + 1, Break.CUT)
        return None
