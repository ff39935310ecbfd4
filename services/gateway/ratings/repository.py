"""Rows of ratings and of rating sources."""

from collections.abc import Callable, Sequence
from typing import cast

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import RatingSource, TakenRating
from services.gateway.ratings.domain import Rating, Source
from shared.bulk import insert_rows

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


async def find_source(session: AsyncSession, source_id: str) -> RatingSource | None:
    """Give one rating source."""
    return await session.get(RatingSource, source_id)


async def list_sources(session: AsyncSession) -> Sequence[RatingSource]:
    """Give all rating sources by id."""
    return (await session.scalars(select(RatingSource).order_by(RatingSource.id))).all()


async def sources_by_id(session: AsyncSession) -> dict[str, Source]:
    """Give what reading a rating needs to know about each source."""
    found = await list_sources(session)
    return {row.id: Source(id=row.id, scheme=row.scheme, channels=row.channels) for row in found}
