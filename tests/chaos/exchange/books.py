"""What late joiners have, held against the archive; pure.

A webhook may come again under its id; SSE and streams give each event once, since their readers resume by position.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple


class Got(NamedTuple):
    """One event as a reader had it."""

    position: int
    id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Late:
    """What came of late joiners.

    Attributes:
        kills: How often something was killed.
        sent: Events in the archive.
        lost: Of these, how many are missing at some reader.
        doubled: How many came more than once to a reader of SSE or a stream, or twice to a receiver with another id.
        misordered: How many came before an earlier one of their subject.
        ambiguous: How many came to the receiver again under their id.
        unreconciled: How far the reconciliation of the webhooks is from the archive: counts that differ, ids that are
            missing, strange or open.
        seed: Repeats the run.
    """

    kills: int
    sent: int
    lost: int
    doubled: int
    misordered: int
    ambiguous: int
    unreconciled: int
    seed: int

    def is_exact(self) -> bool:
        """Say whether everybody has everything once and in order, and something was sent at all."""
        wrong = self.lost + self.doubled + self.misordered + self.unreconciled
        return self.sent > 0 and not wrong

    def to_dict(self) -> dict[str, object]:
        """Give the figures by name."""
        return asdict(self)

    def table(self) -> str:
        """Show nothing: one line has all."""
        return ""


def once(got: Sequence[Got]) -> list[Got]:
    """Drop what came again under its id, as a receiver does."""
    first: dict[str, Got] = {}
    for one in got:
        first.setdefault(one.id, one)
    return list(first.values())


def missing(archive: Sequence[Got], got: Sequence[Got]) -> int:
    """Count events that a reader does not have."""
    return len(set(archive) - set(got))


def beyond(archive: Sequence[Got], got: Sequence[Got]) -> int:
    """Count what a reader has twice, or has and should not."""
    return len(got) - len(set(got) & set(archive))


def misordered(got: Sequence[Got]) -> int:
    """Count events that came behind a later one of their subject."""
    newest: dict[str, int] = {}
    wrong = 0
    for one in got:
        wrong += one.position < newest.get(one.subject, 0)
        newest[one.subject] = max(one.position, newest.get(one.subject, 0))
    return wrong
