"""Rows of ratings, and what their sources mean by their codes."""

import json
from collections.abc import Callable, Sequence
from typing import cast

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.forms import shipped
from services.gateway.models import FeedSource, TakenRating
from services.gateway.ratings.codes import CHANNELS, SCHEMES
from services.gateway.ratings.domain import Rating, Source
from shared.bulk import insert_rows

OWN_FORM = "duban"  # The form of `POST /ratings`.
DEFAULTS: dict[str, object] = shipped()[OWN_FORM]["lists"]
TAKEN = cast("Table", TakenRating.__table__)
_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_new(connection: Connection, ratings: Sequence[Rating]) -> set[str]:
    """Insert those of `ratings` that are not there and give their ids.

    They go in by the order of their ids, so that two writers on PostgreSQL can't lock each other out. Nearly always
    all of them are new, and their number is answer enough; only otherwise each row has to tell.
    """
    rows = sorted((rating.rating_id, rating.content_hash) for rating in ratings)
    with connection.begin_nested() as savepoint:
        if insert_rows(connection, TAKEN, rows, skip_known=True) == len(rows):
            return {found for found, _ in rows}
        savepoint.rollback()
    statement = _INSERTS[connection.dialect.name](TAKEN).on_conflict_do_nothing()
    values = [{"rating_id": found, "content_hash": content} for found, content in rows]
    return set(connection.scalars(statement.returning(TAKEN.c.rating_id), values))


def content_hashes(connection: Connection, ids: Sequence[str]) -> dict[str, bytes]:
    """Give the content hashes of stored ratings by id."""
    rows = connection.execute(
        select(TakenRating.rating_id, TakenRating.content_hash).where(TakenRating.rating_id.in_(ids))
    )
    return dict(rows.all())


async def sources_by_id(session: AsyncSession) -> dict[str, Source]:
    """Give what reading a rating needs to know about each source that sends ratings as our own JSON.

    A source that brings code lists of its own sends through the feeds alone: here tables have names.
    """
    wanted = select(FeedSource.id, FeedSource.overrides)
    rows = await session.execute(wanted.where(FeedSource.form == OWN_FORM, FeedSource.enabled))
    chosen = {found: _tables(overrides) for found, overrides in rows}
    return {
        found: Source(id=found, scheme=scheme, channels=channels)
        for found, (scheme, channels) in chosen.items()
        if scheme in SCHEMES and channels in CHANNELS
    }


def _tables(overrides: str) -> tuple[str, str]:
    """Give the names of the scale and of the channel table; a list without a name of ours gives an empty one."""
    chosen = DEFAULTS | (json.loads(overrides).get("lists") or {})
    level, channel = (one if isinstance(one, str) else "" for one in (chosen["level"], chosen["channel"]))
    return level, channel
