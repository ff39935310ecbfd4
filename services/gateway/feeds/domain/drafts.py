"""What a record was read into: events that are not yet published, what tells them apart, and their private parts."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

from services.gateway.ratings.domain import LONGEST_ID, PLAIN, Rating
from services.gateway.vault.domain import Private
from shared.events.approvals import ApprovalReceived
from shared.events.hotline import OrderRecalled, OrderReceived, OrderRevisited, OrderUrged
from shared.events.ratings import RatingSubmitted
from shared.events.services import ServiceAccepted, ServiceCompleted, ServicePaused, ServiceResumed

Step = ServiceAccepted | ServicePaused | ServiceResumed | ServiceCompleted
OrderStep = OrderReceived | OrderUrged | OrderRecalled | OrderRevisited
AnyStep = Step | OrderStep | ApprovalReceived
Read = AnyStep | RatingSubmitted


class Fault(NamedTuple):
    """Why a record can't be read: the field as the source names it, its value, a stable code, and what to do.

    Attributes:
        value: As sent; it may be a person's own, so it is told to the sender and never stored or logged.
    """

    field: str
    value: str
    code: str
    message: str
    remedy: str


class Meaning(NamedTuple):
    """How one coded field was understood, for people."""

    field: str
    code: str
    target: str
    title: str
    scheme: str
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One event that a record gives.

    Attributes:
        event: Complete, but for the number of a pause, which its service's other pauses decide, and so with urges and
            visits of an order, and results; and for the pseudonym of its caller, which only the vault can give.
        mark: Start of the pause that is meant, or empty: by it a pause is found again. Of an urge, a visit or a
            result its time.
        numbered: The source itself numbers its pauses, urges, visits or results.
        content_hash: Of all that it says, without private parts.
    """

    event: Read
    content_hash: bytes
    private: Private = field(default_factory=Private)
    mark: str = ""
    numbered: bool = False
    meanings: tuple[Meaning, ...] = ()

    @property
    def rating(self) -> Rating | None:
        """The rating as the intake of ratings knows it, or None for anything else."""
        return Rating(self.event, self.content_hash) if isinstance(self.event, RatingSubmitted) else None


def service_id(source_id: str, project_no: str) -> str:
    """Name a service 办件: made like the id of a rating (`ratings.domain.rating_id`)."""
    whole = f"{source_id}.{project_no}"
    if PLAIN.fullmatch(source_id) and PLAIN.fullmatch(project_no) and len(whole) <= LONGEST_ID:
        return whole
    said = f"{source_id}\x1f{project_no}"
    return f"s-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def order_id(source_id: str, order_no: str) -> str:
    """Name an order 工单: as `service_id` names a service."""
    return service_id(source_id, order_no)


def approval_id(source_id: str, project_no: str) -> str:
    """Name an approval 审批: as `service_id` names a service."""
    return service_id(source_id, project_no)


def step_hash(event: AnyStep) -> bytes:
    """Hash all that a step says; a field that is added to the event later counts only where it is set."""
    left_out = {"service_id", "order_id", "approval_id", "source_id", "number", "version", "scheme", "raw"}
    return hashlib.sha256(event.model_dump_json(exclude=left_out, exclude_defaults=True).encode()).digest()
