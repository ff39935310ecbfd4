"""Use cases of ratings: take them in once each, and set what a source's codes mean."""

from collections.abc import Sequence

from services.gateway.models import RatingSource
from services.gateway.ratings.codes import CHANNELS, SCHEMES
from services.gateway.ratings.domain import Outcome, Rating, Source
from services.gateway.ratings.repository import content_hashes, find_source, insert_new
from shared.database import SyncTx, Tx
from shared.errors import Invalid


def take_ratings(tx: SyncTx, ratings: Sequence[Rating]) -> list[Outcome]:
    """Store `ratings`, publish those that are new, and give for each what became of it.

    The first of two with one id is the one that counts; it may be an earlier one of the same call.
    """
    first: dict[str, Rating] = {}
    for rating in ratings:
        first.setdefault(rating.rating_id, rating)
    new = insert_new(tx.connection, list(first.values()))
    for fresh in (rating for found, rating in first.items() if found in new):
        tx.outbox.add(fresh.event, time=tx.now, revision=1)
    if len(new) == len(ratings):  # As nearly always: each is new.
        return [Outcome.ACCEPTED] * len(ratings)
    known = {found: first[found].content_hash for found in new}
    if old := [found for found in first if found not in new]:
        known |= content_hashes(tx.connection, old)
    return [_outcome(rating, known, new=new, first=first) for rating in ratings]


def _outcome(rating: Rating, known: dict[str, bytes], *, new: set[str], first: dict[str, Rating]) -> Outcome:
    if known[rating.rating_id] != rating.content_hash:
        return Outcome.CONFLICT
    is_first = first[rating.rating_id] is rating
    return Outcome.ACCEPTED if is_first and rating.rating_id in new else Outcome.REPEATED


async def set_source(tx: Tx, source: Source, *, name: str) -> RatingSource:
    """Register a rating source, or change what its codes mean from now on.

    Raises:
        Invalid: There is no such scheme or channel table.
    """
    for field, value, table in (("scheme", source.scheme, SCHEMES), ("channels", source.channels, CHANNELS)):
        if value not in table:
            message = f"没有 {value}，可用：{'、'.join(table)}"
            raise Invalid(message, code=f"{field}.unknown", field=field)
    row = await find_source(tx.session, source.id) or RatingSource(id=source.id)
    row.name, row.scheme, row.channels = name, source.scheme, source.channels
    tx.session.add(row)
    return row
