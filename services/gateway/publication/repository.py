"""Rows of publications."""

from collections.abc import Sequence
from operator import attrgetter
from typing import cast

from sqlalchemy import Connection, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.publication.domain import State
from services.gateway.publication.models import Publication
from shared.bulk import insert_rows, stored
from shared.events.ratings import RatingSubmitted
from shared.paging import Asked, Page, Sorting, down, up
from shared.tables import UtcDateTime

TABLE = cast("Table", Publication.__table__)


def insert_waiting(connection: Connection, ratings: Sequence[RatingSubmitted]) -> None:
    """Insert the ratings of which there is no row yet."""
    insert_rows(connection, TABLE, [_waiting(connection, one) for one in ratings], skip_known=True)


def _waiting(connection: Connection, rating: RatingSubmitted) -> tuple[object, ...]:
    """Give the values of a row in the order of the table's columns."""
    rated_at = stored(connection, UtcDateTime(), rating.rated_at)
    said = (rating.rating_id, State.WAITING.value, rating.level, rating.unit_code, rating.item_code)
    return (*said, ",".join(rating.reasons), rated_at, 0, "", "", None, None, "", "", "")


async def find(session: AsyncSession, rating_id: str, *, lock: bool = False) -> Publication | None:
    """Give one publication."""
    return await session.get(Publication, rating_id, with_for_update=lock or None)


async def page_of(session: AsyncSession, state: State, asked: Asked) -> Page[Publication]:
    """Give publications of a state: published ones newest first, others by the time of the rating, newest first.

    Raises:
        Invalid: `asked.after` is no place among those of this state.
    """
    newest = Publication.published_at if state is State.PUBLISHED else Publication.rated_at
    sorting = Sorting(f"publications.{state}", down(newest), up(Publication.rating_id))
    wanted = select(Publication).where(Publication.state == state)
    rows = (await session.scalars(sorting.page(wanted, asked))).all()
    return sorting.cut(rows, asked, attrgetter(newest.key, "rating_id"))


async def published_of(session: AsyncSession, subjects: Sequence[str]) -> Sequence[Publication]:
    """Give those of some ratings that are published, locked."""
    wanted = select(Publication).where(Publication.rating_id.in_(subjects))
    wanted = wanted.where(Publication.state == State.PUBLISHED).order_by(Publication.rating_id)
    return (await session.scalars(wanted.with_for_update())).all()
