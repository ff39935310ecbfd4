"""What a step of a service changes: new, a repeat, a correction, or a contradiction of what was said before.

A corrected acceptance is taken as long as the service is not completed: offices do correct a due date or an item. All
else that is said twice with other content is a conflict, since clocks and notices may rest on it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from services.gateway.feeds.domain.drafts import AnyStep, Draft, Step
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed


class Outcome(StrEnum):
    """What became of a record or of one of its events; also the name under which it is counted."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    IGNORED = "ignored"
    CONFLICT = "conflict"
    REJECTED = "rejected"


TAKEN = frozenset({Outcome.ACCEPTED, Outcome.CORRECTED})


@dataclass(slots=True)
class Pause:
    """One pause of a service; a hash is None for what has not been told."""

    mark: str
    paused_hash: bytes | None = None
    resumed_hash: bytes | None = None


@dataclass(slots=True)
class Service:
    """A service as its source has told of it; hashes are of the contents of its steps.

    Attributes:
        revision: How many events it has had; the next has the next number.
        changed: Whether it differs from what is stored.
    """

    service_id: str
    source_id: str
    unit_code: str = ""
    item_code: str = ""
    region_code: str = ""
    accepted_hash: bytes | None = None
    completed_hash: bytes | None = None
    revision: int = 0
    pauses: dict[int, Pause] = field(default_factory=dict)
    changed: bool = False


class Taken(NamedTuple):
    """What became of a step; `event` is what to publish, if anything."""

    outcome: Outcome
    event: AnyStep | None = None
    revision: int = 0


def take_step(service: Service, draft: Draft) -> Taken | None:
    """Bring a step into its service; None for the end of a pause that nobody told of."""
    event = draft.event
    if isinstance(event, ServiceAccepted):
        return _taken(service, event, _accept(service, event, draft.content_hash))
    if isinstance(event, ServiceCompleted):
        outcome = compared(service.completed_hash, draft.content_hash)
        if outcome is Outcome.ACCEPTED:
            service.completed_hash = draft.content_hash
        return _taken(service, event, outcome)
    if isinstance(event, ServicePaused):
        return _pause(service, event, draft)
    if isinstance(event, ServiceResumed):
        return _resume(service, event, draft)
    raise TypeError(f"{type(event).__name__} is no step of a service")


def _accept(service: Service, event: ServiceAccepted, content: bytes) -> Outcome:
    outcome = compared(service.accepted_hash, content)
    if outcome is Outcome.CONFLICT and service.completed_hash is None:
        outcome = Outcome.CORRECTED
    if outcome in TAKEN:
        service.accepted_hash = content
        service.unit_code, service.item_code = event.unit_code, event.item_code
        service.region_code = event.region_code
    return outcome


def compared(known: bytes | None, told: bytes) -> Outcome:
    """Say what a step is beside what is known of it."""
    if known is None:
        return Outcome.ACCEPTED
    return Outcome.REPEATED if known == told else Outcome.CONFLICT


def _taken(service: Service, event: Step, outcome: Outcome) -> Taken:
    if outcome not in TAKEN:
        return Taken(outcome)
    service.changed = True
    service.revision += 1
    return Taken(outcome, event, service.revision)


def _pause(service: Service, event: ServicePaused, draft: Draft) -> Taken:
    number = _number(service, draft, event.number)
    if number is None:
        number = event.number if draft.numbered else max(service.pauses, default=0) + 1
        service.pauses[number] = Pause(draft.mark)
    pause = service.pauses[number]
    outcome = compared(pause.paused_hash, draft.content_hash)
    if outcome is Outcome.ACCEPTED:
        pause.paused_hash, pause.mark = draft.content_hash, draft.mark
    return _taken(service, event.model_copy(update={"number": number}), outcome)


def _resume(service: Service, event: ServiceResumed, draft: Draft) -> Taken | None:
    number = _number(service, draft, event.number)
    if number is None and not draft.numbered and not draft.mark:
        number = _resumed_alone(service, draft.content_hash)
    if number is None and draft.numbered:
        # A source that numbers its pauses may tell of the end first.
        number = event.number
        service.pauses[number] = Pause(draft.mark)
    if number is None:
        return None
    pause = service.pauses[number]
    outcome = compared(pause.resumed_hash, draft.content_hash)
    if outcome is Outcome.ACCEPTED:
        pause.resumed_hash = draft.content_hash
    return _taken(service, event.model_copy(update={"number": number}), outcome)


def _number(service: Service, draft: Draft, told: int) -> int | None:
    if draft.numbered:
        return told if told in service.pauses else None
    if not draft.mark:
        return None
    return next((number for number, pause in service.pauses.items() if pause.mark == draft.mark), None)


def _resumed_alone(service: Service, content: bytes) -> int | None:
    """Find the pause that an end without number and beginning is about: the one that had it, or the last open one."""
    for number, pause in service.pauses.items():
        if pause.resumed_hash == content:
            return number
    return max(
        (number for number, pause in service.pauses.items() if pause.resumed_hash is None), default=None
    )
