"""What events say to returns: where a subject came from, which task it became, and what happened to that; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast

from services.gateway.returns.domain import Step, SubjectKind
from shared.events.envelope import Envelope, Event
from shared.events.hotline import OrderReceived
from shared.events.orders import (
    OrderAnswered,
    OrderContacted,
    OrderMerged,
    OrderOpened,
    OrderReturned,
    OrderVisited,
)
from shared.events.ratings import RatingSubmitted
from shared.events.rectifications import (
    RectificationCalledBack,
    RectificationOpened,
    RectificationRectified,
    RectificationReplied,
)
from shared.events.supervision import (
    ExtensionDecided,
    ExtensionRequested,
    TaskAccepted,
    TaskClosed,
    TaskReopened,
)

WORST_KEPT = 2  # Levels up to this are bad ratings 差评; of others nothing ever goes back.
Content = Mapping[str, str | int | bool | None]
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rating or order came from, under the ids of its source.

    Attributes:
        number: 办件编号 or 工单编号 there.
        service_number: 服务次数 of a rating; 0 for an order, as is 评价次数 `assessment_number`.
        due_on: The last day that the source states.
    """

    kind: SubjectKind
    subject_id: str
    source_id: str
    number: str
    service_number: int = 0
    assessment_number: int = 0
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A rating or order became a task."""

    kind: SubjectKind
    subject_id: str
    task_id: str


@dataclass(frozen=True, slots=True)
class Merged:
    """An order is dealt with in another task from now on 并单; its platform is told of that under its own number."""

    kind: SubjectKind
    subject_id: str
    task_id: str
    into: str


# What goes back of an order when it happens to the task that it was merged into. Its answer and its visits are told
# for each order itself, and what a unit gave back 退单 was the other one.
CARRIED = frozenset(
    {
        *(Step.ACCEPTED, Step.CONTACTED, Step.CLOSED, Step.REOPENED),
        *(Step.EXTENSION_REQUESTED, Step.EXTENSION_DECIDED),
    }
)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened to a task, at a business time; `content` has ids, codes and dates only."""

    task_id: str
    step: Step
    at: datetime
    content: Content = field(default_factory=dict)


Said = Origin | Opened | Merged | Happened


def _of_rating(event: RatingSubmitted, _: Envelope) -> Said | None:
    if event.level > WORST_KEPT or not event.source_id:
        return None
    return Origin(
        kind="rating",
        subject_id=event.rating_id,
        source_id=event.source_id,
        number=event.project_no,
        service_number=event.service_number,
        assessment_number=event.assessment_number,
    )


def _of_order(event: OrderReceived, _: Envelope) -> Said | None:
    return Origin("order", event.order_id, event.source_id, event.order_no, due_on=event.due_on)


def _returned(event: OrderReturned, envelope: Envelope) -> Said | None:
    step = Step.RETURN_REQUESTED if event.granted is None else Step.RETURN_DECIDED
    return Happened(event.task_id, step, envelope.time, _plain(event, "unit_id", "reason", "hop", "granted"))


def _closed(event: TaskClosed, _: Envelope) -> Said | None:
    return Happened(event.task_id, Step.CLOSED, event.closed_at, _plain(event, "late"))


def _decided(event: ExtensionDecided, envelope: Envelope) -> Said | None:
    outcome = event.outcome or ("granted" if event.granted_on else "refused")
    content = {**_plain(event, "number", "clock", "granted_on"), "outcome": outcome}
    return Happened(event.task_id, Step.EXTENSION_DECIDED, envelope.time, content)


def _plain(event: Event, *names: str) -> Content:
    said = event.model_dump(mode="json", include=set(names))
    return {name: said[name] for name in names}


def _simply(model: type[E], step: Step, *names: str) -> tuple[type[E], Callable[[E, Envelope], Said | None]]:
    """Read an event whose time and fields `names` say all."""

    def read(event: E, envelope: Envelope) -> Said | None:
        task_id = str(cast("Any", event).task_id)
        return Happened(task_id, step, envelope.time, _plain(event, *names))

    return model, read


# Event → what it says. What no line names says nothing to returns.
READERS: dict[type[Event], Callable[[Any, Envelope], Said | None]] = dict(
    [
        (RatingSubmitted, _of_rating),
        (OrderReceived, _of_order),
        (RectificationOpened, lambda event, _: Opened("rating", event.rating_id, event.task_id)),
        (OrderOpened, lambda event, _: Opened("order", event.order_id, event.task_id)),
        (OrderMerged, lambda event, _: Merged("order", event.order_id, event.task_id, event.into)),
        (OrderReturned, _returned),
        (TaskClosed, _closed),
        (ExtensionDecided, _decided),
        _simply(TaskAccepted, Step.ACCEPTED),
        _simply(TaskReopened, Step.REOPENED),
        _simply(OrderContacted, Step.CONTACTED, "unit_id", "late"),
        _simply(OrderAnswered, Step.ANSWERED, "unit_id", "late"),
        _simply(OrderVisited, Step.CALLED_BACK, "attempt", "reached", "resolved", "level"),
        _simply(RectificationRectified, Step.RECTIFIED, "mode", "late"),
        _simply(RectificationReplied, Step.REPLIED),
        _simply(RectificationCalledBack, Step.CALLED_BACK, "attempt", "reached", "level"),
        _simply(
            ExtensionRequested,
            Step.EXTENSION_REQUESTED,
            "number",
            "clock",
            "unit_id",
            "old_due_at",
            "wanted_on",
        ),
    ]
)
TYPES = frozenset(model.type for model in READERS)
_BAD_MARKS = (b'"level":1', b'"level":2')


def may_say(type_: str, payload: bytes) -> bool:
    """Say whether an entry is worth being read: nearly all ratings are good ones, and their bytes tell."""
    if type_ not in TYPES:
        return False
    return type_ != RatingSubmitted.type or any(mark in payload for mark in _BAD_MARKS)


def read(envelope: Envelope) -> Said | None:
    """Give what an event says to returns."""
    reader = READERS.get(type(envelope.data)) if isinstance(envelope.data, Event) else None
    return reader(envelope.data, envelope) if reader else None
