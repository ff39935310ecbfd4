"""The use case of ratings: take them in once each, and note that their sources were heard."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from services.gateway.ratings.domain import Outcome, Rating, heard_afresh
from services.gateway.ratings.repository import content_hashes, insert_new
from shared.database import SyncTx

NoteHeard: TypeAlias = Callable[[Connection, Iterable[str], datetime], None]


class Taking:
    """Takes ratings in, and notes of their sources now and then that they were heard: by no means for each rating.

    What a commit that failed had noted is noted again with the next ratings but for a few seconds.
    """

    def __init__(self, note_heard: NoteHeard) -> None:
        self._note_heard = note_heard
        self._noted: dict[str, datetime] = {}  # Business time, by source.

    def take(self, tx: SyncTx, ratings: Sequence[Rating]) -> list[Outcome]:
        """Do what `take_ratings` does, and note the sources."""
        outcomes = take_ratings(tx, ratings)
        sources = {rating.event.source_id for rating in ratings}
        if fresh := heard_afresh(self._noted, sources, tx.now):
            self._note_heard(tx.connection, fresh, tx.now)
            self._noted |= dict.fromkeys(fresh, tx.now)
        return outcomes


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
