"""Use cases of ratings: thousands a second are kept, and counted behind that."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.metrics import repository_places, repository_ratings
from shared.clock import local_date
from shared.database import SyncTx, Tx
from shared.events import Envelope
from shared.events.ratings import RatingSubmitted

ROLL_LIMIT = 50_000  # Positions counted in one transaction; it holds the only writer of SQLite meanwhile.
PLACES_LIMIT = 5_000  # The same; they are counted in sixteen ways.
WORST = 2  # Levels up to this one are bad 差评.


def learn_ratings(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep a batch of ratings in one statement; one that is known already is not counted again."""
    told = [(found.data, found.time) for found in envelopes if isinstance(found.data, RatingSubmitted)]
    rows = [_rating_row(rating, received_at) for rating, received_at in told]
    repository_ratings.add_ratings(tx.connection, rows)
    bad = [_bad_row(rating) for rating, _time in told if rating.level <= WORST]
    if bad:
        repository_ratings.add_bad_ratings(tx.connection, bad)


async def roll_up_ratings(tx: Tx) -> int:
    """Count a further part of the ratings; gives how many positions that were."""
    return await repository_ratings.roll_up(tx.session, limit=ROLL_LIMIT)


def roll_up_places(tx: SyncTx, *, limit: int = PLACES_LIMIT) -> bool:
    """Count a further part of the ratings by place; tells whether there may be more."""
    return repository_places.roll_up_places(tx.connection, limit=limit) == limit


def _rating_row(rating: RatingSubmitted, received_at: datetime) -> repository_ratings.Row:
    return (
        rating.rating_id,
        rating.unit_code,
        rating.channel,
        rating.level,
        rating.is_default,
        rating.rated_at.astimezone(UTC).isoformat(" "),
        local_date(rating.rated_at).isoformat(),
        received_at.astimezone(UTC).isoformat(" "),
        rating.source_id,
        rating.assessment_number > 1,
        rating.item_code,
        rating.region_code,
        rating.hall,
        rating.window,
        rating.clerk,
    )


def _bad_row(rating: RatingSubmitted) -> repository_ratings.BadRow:
    return rating.rating_id, rating.is_named, ",".join(rating.reasons)
