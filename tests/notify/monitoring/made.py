"""Services that the tests of 电子监察 make, on any database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from services.notify.handlers import build_handlers
from services.notify.monitoring.domain import Service, subject_of
from services.notify.service_notices import Decision, Round, decide_due
from shared.clock import at_local
from shared.database import Database
from shared.events import Event
from shared.service_limits import Promise
from shared.streams.applying import handle_one
from shared.streams.entry import Entries
from shared.testing import envelope
from tests.notify.made import round_at
from tests.notify.timeline.services import CODE
from tests.shared.appliers import applier, apply_all
from tests.shared.world import raw

ACCEPTED = at_local(date(2023, 6, 12), 10)
WARNED = at_local(date(2023, 6, 25), 9)  # Two working days before the 27th, the last of ten.
OVERDUE = at_local(date(2023, 6, 28), 9)


def service(**changes: Any) -> Service:  # noqa: ANN401 - its fields.
    """Make a service of ten working days."""
    made: dict[str, Any] = {"service_id": "s1:1", "project_no": "1", "unit_code": CODE, "item_code": ""}
    made |= {"subject": subject_of("s1:1"), "promise": Promise("promised", 10, "workdays"), "unit": "zjj"}
    made |= {"accepted_at": ACCEPTED, "known_at": ACCEPTED}
    return Service(**made | changes)


async def hear(db: Database, *events: Event, at: datetime = ACCEPTED, first: int = 1) -> None:
    """Let each event come twice, alone, at its place in the feed."""
    handlers = build_handlers(["log"])
    for place, event in enumerate(events, first):
        cause = envelope(event, time=at, sequence=place, revision=place)
        for _ in range(2):
            async with db.transaction(cause=cause) as tx:
                await handle_one(handlers, tx, cause)


async def hear_together(db: Database, *events: Event, first: int = 1) -> None:
    """Let events come in one batch, as the reader of the feed gives it."""
    apply = await applier(db, build_handlers(["log"]), feed="ratings")
    raws = [raw(event, place) for place, event in enumerate(events, first)]
    await apply_all(apply, Entries(range(first, first + len(events)), raws))


async def decide(db: Database, as_of: datetime | None = None) -> Sequence[Decision]:
    """Run one round of the engine on services."""
    now = as_of or db.clock.now()
    plain = round_at(now)
    round_ = Round(now, plain.reading, plain.late_after, plain.channels, now, feed="ratings")
    async with db.transaction() as tx:
        _, decisions = await decide_due(tx, round_)
    return decisions
