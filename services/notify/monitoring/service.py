"""Use cases on the mirror of services: what `ratings` says about 受理, pauses and 办结, and whose codes are whose.

Invariant: nothing here plans or counts. A fact is kept by its place in the feed, and the engine looks at the service.
"""

from services.notify.models import ServicePauseRow, ServiceRow
from services.notify.monitoring import repository
from services.notify.monitoring.domain import subject_of
from services.notify.repository import Values
from shared.database import Tx
from shared.events.services import (
    ServiceAccepted,
    ServiceCompleted,
    ServiceEvent,
    ServicePaused,
    ServiceResumed,
)
from shared.events.supervision import UnitRegistered

ACCEPTED = {
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
}


def _place(tx: Tx) -> int:
    return tx.cause.sequence if tx.cause else 0


async def _begin(tx: Tx, event: ServiceEvent) -> str:
    subject = subject_of(event.service_id)
    await repository.touch(tx.session, subject, now=tx.now)
    return subject


async def _keep(tx: Tx, event: ServiceEvent, values: Values, place: str) -> None:
    key = {"subject": await _begin(tx, event), "service_id": event.service_id, place: _place(tx)}
    await repository.keep_fact(tx.session, ServiceRow, key | dict(values), place=place)


async def _keep_pause(tx: Tx, event: ServicePaused | ServiceResumed, values: Values, place: str) -> None:
    key = {"subject": await _begin(tx, event), "number": event.number, place: _place(tx)}
    await repository.keep_fact(tx.session, ServicePauseRow, key | dict(values), place=place)


async def accept(tx: Tx, event: ServiceAccepted) -> None:
    """Keep what was taken on and promised."""
    known_at = tx.cause.time if tx.cause else tx.now
    await _keep(tx, event, event.model_dump(include=ACCEPTED) | {"known_at": known_at}, "accepted_seq")


async def pause(tx: Tx, event: ServicePaused) -> None:
    """Keep that the limit does not run from then on."""
    values = {"reason": event.reason, "paused_at": event.paused_at}
    await _keep_pause(tx, event, values, "paused_seq")


async def resume(tx: Tx, event: ServiceResumed) -> None:
    """Keep that a pause ended."""
    await _keep_pause(tx, event, {"resumed_at": event.resumed_at}, "resumed_seq")


async def complete(tx: Tx, event: ServiceCompleted) -> None:
    """Keep that the office gave its answer."""
    values = {"completed_at": event.completed_at, "outcome": event.outcome}
    await _keep(tx, event, values, "completed_seq")


async def mirror_codes(tx: Tx, event: UnitRegistered) -> None:
    """Keep the codes of a unit; what the office alone was told of its services is told to the unit now."""
    new = await repository.replace_codes(tx.session, event.unit_id, event.codes)
    if new:
        await repository.look_again(tx.session, new, now=tx.now)
