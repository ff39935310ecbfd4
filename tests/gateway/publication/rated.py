"""Ratings that are taken in, archived and kept, for tests of their publication."""

from datetime import datetime
from typing import Any

from services.gateway.archive.handlers import build_handlers
from services.gateway.publication.service import note_allowed
from services.gateway.vault.domain import Private
from shared.database import Database
from shared.events.envelope import Meta, render
from shared.events.ratings import RatingSubmitted
from shared.streams import Entry
from shared.testing import DRILL_START
from tests.gateway.vault.keepers import ZHANG, keep

UNIT = "116199000000000000"


def submitted(number: int = 1, **changes: Any) -> RatingSubmitted:  # noqa: ANN401 - the event's own.
    """Make the event of a bad rating whose rater allows that it is published."""
    said: dict[str, Any] = {
        "rating_id": f"push.{number}.1",
        "project_no": f"{number}",
        "service_number": 1,
        "unit_code": UNIT,
        "item_code": "000132001000",
        "channel": "qr",
        "level": 1,
        "scheme": "push",
        "raw_code": "1",
        "reasons": ("113", "115"),
        "rated_at": DRILL_START,
        "publish": True,
        "has_text": True,
    }
    return RatingSubmitted.model_validate(said | changes)


def archived(*events: RatingSubmitted, first: int = 1, time: datetime = DRILL_START) -> list[Entry]:
    """Write entries of the stream as the bus delivers them."""
    return [
        Entry(
            "ratings",
            sequence,
            render(
                event, meta=Meta(id=f"e{sequence}", source="/services/gateway", time=time), sequence=sequence
            ),
        )
        for sequence, event in enumerate(events, first)
    ]


async def deliver(db: Database, *entries: Entry) -> None:
    """Let the group `archive` have entries, twice, as after a lost cursor."""
    handlers = build_handlers(lambda: None, note_allowed)
    for _ in range(2):
        await db.run_sync(lambda tx: handlers.raw["ratings"](tx, entries))


async def rated(db: Database, private: Private = ZHANG, **changes: Any) -> str:  # noqa: ANN401 - as above.
    """Take a rating in with what is known of its rater; gives its id."""
    event = submitted(**changes)
    await deliver(db, *archived(event))
    if private.pieces():
        await keep(db, {event.rating_id: private})
    return event.rating_id
