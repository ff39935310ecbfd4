"""What the tests of measures ask, on one snapshot as the API does."""

from collections.abc import Sequence
from datetime import datetime

from services.metrics.measuring import service
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from services.metrics.measuring.domain_tasks import Part
from shared.database import Database
from shared.events.envelope import Envelope, Event
from shared.testing import envelope


async def measured(db: Database, name: str, scope: Scope) -> Measured:
    return await db.look(lambda connection: service.measure(connection, name, scope))


async def listed(
    db: Database, name: str, scope: Scope, part: Part, page: tuple[str, int] = ("", 50)
) -> Sequence[MeasuredRow]:
    return await db.look(
        lambda connection: service.rows_behind(connection, name, scope, part=part, page=page)
    )


def told(*events: tuple[datetime, Event]) -> list[Envelope]:
    """Put events into envelopes, each with the instant at which it was told."""
    return [
        envelope(event, sequence=number, revision=number, time=at)
        for number, (at, event) in enumerate(events, 1)
    ]
