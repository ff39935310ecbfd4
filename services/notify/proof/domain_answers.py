"""Holds what recipients answered, by the records here, against the archive: pure functions.

Invariant: an answer has a place in the archive only where the archive says the same of it; why somebody gave it is a
record of notify alone. Here is only the last answer about a clock, in the archive every one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from services.notify.proof.domain import Archived
from shared.events.deadlines import NoticeAnswered

# What each verdict holds a notice back by.
HELD_BY: Mapping[str, str] = MappingProxyType(
    {"held_acknowledged": "acknowledged", "held_snoozed": "snoozed"}
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, to a notice about a clock that was due at `due_at`; all business time."""

    notice_id: str
    clock: str
    recipient: str
    due_at: datetime
    answer: str
    at: datetime
    until_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with the reason that is recorded here and its place in the archive, where there are any."""

    said: Said
    reason: str = ""
    place: Archived | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that was not told."""

    verdict: str
    clock: str
    recipient: str
    due_at: datetime
    at: datetime


def answers(archived: Iterable[Archived], kept: Mapping[Said, str]) -> list[Answer]:
    """Give all answers in the order of their times.

    Args:
        archived: The events of the task.
        kept: The reasons of the answers that are recorded here.
    """
    found = {_said(one.event.data): one for one in archived if isinstance(one.event.data, NoticeAnswered)}
    every = [Answer(said, kept.get(said, ""), place) for said, place in found.items()]
    every += [Answer(said, reason) for said, reason in kept.items() if said not in found]
    return sorted(every, key=lambda one: one.said.at)


def _said(event: NoticeAnswered) -> Said:
    times = (event.answered_at, event.until_at)
    return Said(event.notice_id, event.clock, event.recipient, event.due_at, event.answer, *times, event.by)


def basis(held: Held, given: Sequence[Answer]) -> Answer | None:
    """Give the answer that held a notice back; None where none is known, or none was needed."""
    for one in reversed(given):
        said = one.said
        same = (said.answer, said.clock, said.recipient, said.due_at)
        wanted = (HELD_BY.get(held.verdict), held.clock, held.recipient, held.due_at)
        if same == wanted and said.at <= held.at < said.until_at:
            return one
    return None
