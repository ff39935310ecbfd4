"""What is handed to the group commit for each sent record, and what it answers."""

from dataclasses import dataclass, field
from typing import NamedTuple

from services.gateway.feeds.domain.drafts import Draft, Fault
from services.gateway.feeds.domain.steps import Outcome


class Raw(NamedTuple):
    """One record of a request as it came.

    Attributes:
        line: Counted from 1; of a sheet its row.
        sheet: Name of the sheet, or empty.
        record: Its fields, or why it is none.
        content: Its bytes; of a row of a sheet, the same as JSON.
    """

    line: int
    sheet: str
    record: dict[str, object] | Fault
    content: bytes = b""

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.sheet} {self.line}".strip()


@dataclass(frozen=True, slots=True)
class Replay:
    """Which refused record is tried again, and who does it."""

    reject_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that was read: its drafts, or the first fault that it has."""

    source_id: str
    place: str
    content: bytes = field(repr=False)
    drafts: tuple[Draft, ...] = ()
    fault: Fault | None = None
    replay: Replay | None = None


class Part(NamedTuple):
    """One event of a record: its sort, the id that it is about, and what became of it."""

    gives: str
    id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a record.

    Attributes:
        fault: Why it was refused, for a rejection or a conflict.
        reject_id: Under which its bytes are kept.
    """

    outcome: Outcome
    parts: tuple[Part, ...] = ()
    fault: Fault | None = None
    reject_id: str = ""
