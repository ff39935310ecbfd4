"""Use cases on the mirror of services: what `ratings` says about 受理, pauses and 办结, and whose codes are whose.

Invariant: nothing here plans or counts. A fact is kept by its place in the feed, and the engine looks at the service.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from services.notify.models import ServicePauseRow, ServiceRow
from services.notify.models.base import Base
from services.notify.monitoring import repository
from services.notify.monitoring.domain import subject_of
from services.notify.repository import Values
from shared.database import SyncTx, Tx
from shared.events import Envelope
from shared.events.services import (
    ServiceAccepted,
    ServiceCompleted,
    ServiceEvent,
    ServicePaused,
    ServiceResumed,
)
from shared.events.supervision import UnitRegistered

E = TypeVar("E", bound=ServiceEvent)


class Where(NamedTuple):
    """Where a word is kept: the table, what names the row, and the column that says which place in the feed holds."""

    model: type[Base]
    key: tuple[str, ...]
    place: str


ACCEPTED_AT = Where(ServiceRow, ("subject",), "accepted_seq")
COMPLETED_AT = Where(ServiceRow, ("subject",), "completed_seq")
PAUSED_AT = Where(ServicePauseRow, ("subject", "number"), "paused_seq")
RESUMED_AT = Where(ServicePauseRow, ("subject", "number"), "resumed_seq")
ACCEPTED = (
    "source_id",
    "project_no",
    "unit_code",
    "item_code",
    "item_type",
    "kind",
    "accepted_at",
    "promised",
    "promised_unit",
    "due_on",
)


def accept(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep what was taken on and promised."""
    _keep(tx, envelopes, ServiceAccepted, _accepted, ACCEPTED_AT)


def pause(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep that limits do not run from then on."""
    _keep(tx, envelopes, ServicePaused, _paused, PAUSED_AT)


def resume(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep that pauses ended."""
    _keep(tx, envelopes, ServiceResumed, _resumed, RESUMED_AT)


def complete(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep that offices gave their answers."""
    _keep(tx, envelopes, ServiceCompleted, _completed, COMPLETED_AT)


def _keep(
    tx: SyncTx,
    envelopes: Sequence[Envelope],
    kind: type[E],
    said: Callable[[Envelope, E], Values],
    where: Where,
) -> None:
    told = [(one, one.data) for one in envelopes if isinstance(one.data, kind)]
    facts = [
        {"subject": subject_of(event.service_id), where.place: cause.sequence, **said(cause, event)}
        for cause, event in told
    ]
    repository.touch(tx.connection, (str(fact["subject"]) for fact in facts), now=tx.now)
    repository.keep_facts(tx.connection, where.model, facts, key=where.key, place=where.place)


def _accepted(cause: Envelope, event: ServiceAccepted) -> Values:
    promised = {name: getattr(event, name) for name in ACCEPTED}
    return {"service_id": event.service_id, "known_at": cause.time, **promised}


def _paused(_cause: Envelope, event: ServicePaused) -> Values:
    return {"number": event.number, "reason": event.reason, "paused_at": event.paused_at}


def _resumed(_cause: Envelope, event: ServiceResumed) -> Values:
    return {"number": event.number, "resumed_at": event.resumed_at}


def _completed(_cause: Envelope, event: ServiceCompleted) -> Values:
    return {"service_id": event.service_id, "completed_at": event.completed_at, "outcome": event.outcome}


async def mirror_codes(tx: Tx, event: UnitRegistered) -> None:
    """Keep the codes of a unit; what the office alone was told of its services is told to the unit now."""
    new = await repository.replace_codes(tx.session, event.unit_id, event.codes)
    if new:
        await repository.look_again(tx.session, new, now=tx.now)
