"""Rating facts: added by thousands, counted once each, rolled up in the background.

Invariant: `RatingTotal` and `RatingDay` hold exactly the ratings up to `RatingRoll.counted_to`; readers add those
behind it in the same statement, so a count is exact at any moment. Positions grow in commit order, because one
reader at a time (by its lease) adds ratings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Select,
    Table,
    cast,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.domain import RatingCell
from services.metrics.models import Rating, RatingDay, RatingRoll, RatingTotal
from services.metrics.repository import insert_into
from shared.bulk import insert_rows

SORT = ("unit_code", "channel", "level", "is_default")
ROLL = RatingRoll.name == "ratings"
# What a new rating brings; its position is the database's to give. Each further column costs 2 % of the insert.
NEW = Table(
    "rating",
    MetaData(),
    *(
        Column(name)
        for name in (
            "rating_id",
            "unit_code",
            "channel",
            "level",
            "is_default",
            "rated_at",
            "day",
            "received_at",
            "source_id",
            "additional",
            "item_code",
            "region_code",
            "hall",
            "window_code",
            "clerk",
        )
    ),
)
NEW_BAD = Table("bad_rating", MetaData(), *(Column(name) for name in ("rating_id", "is_named", "reasons")))
Row = tuple[str, str, str, int, bool, str, str, str, str, bool, str, str, str, str, str]
BadRow = tuple[str, bool, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Which ratings a question is about; what is None does not restrict. Both days belong to it."""

    codes: Sequence[str] | None = None  # Of units.
    first: date | None = None
    last: date | None = None


def add_ratings(connection: Connection, rows: Sequence[Row]) -> None:
    """Add ratings, by the columns of `NEW`; those whose id is there already stay as they are."""
    insert_rows(connection, NEW, rows, skip_known=True)


def add_bad_ratings(connection: Connection, rows: Sequence[BadRow]) -> None:
    """Keep more of bad ratings, by the columns of `NEW_BAD`; they are one in ten thousand."""
    insert_rows(connection, NEW_BAD, rows, skip_known=True)


async def roll_up(session: AsyncSession, *, limit: int) -> int:
    """Count up to `limit` further positions into the totals and days; gives how many positions were passed."""
    since = await _locked_mark(session)
    last = await session.scalar(select(func.max(Rating.position)))
    upto = min(last or 0, since + limit)
    if upto <= since:
        return 0
    for model, keys in ((RatingTotal, SORT), (RatingDay, ("day", *SORT))):
        await _add_counts(session, model, keys, since, upto)
    await session.execute(update(RatingRoll).where(ROLL).values(counted_to=upto))
    return upto - since


async def count_ratings(session: AsyncSession) -> list[RatingCell]:
    """Count all ratings by sort."""
    return await _counted(session, _sums(RatingTotal), _behind())


async def count_ratings_in(session: AsyncSession, span: Span) -> list[RatingCell]:
    """Count the ratings of `span` by sort."""
    return await _counted(
        session, _within(_sums(RatingDay), RatingDay, span), _within(_behind(), Rating, span)
    )


async def _locked_mark(session: AsyncSession) -> int:
    """Give `counted_to`, locked until commit, so that two rolls never count the same rating."""
    locked = await session.execute(select(RatingRoll.counted_to).where(ROLL).with_for_update())
    return locked.scalar_one()


async def _add_counts(
    session: AsyncSession, model: type[RatingTotal | RatingDay], keys: Sequence[str], since: int, upto: int
) -> None:
    columns = [getattr(Rating, key) for key in keys]
    counted = select(*columns, func.count()).where(Rating.position > since, Rating.position <= upto)
    new = insert_into(model, session.get_bind().dialect.name)
    grown = new.from_select([*keys, "count"], counted.group_by(*columns)).on_conflict_do_update(
        index_elements=keys, set_={"count": model.count + new.excluded["count"]}
    )
    await session.execute(grown)


def _sums(model: type[RatingTotal | RatingDay]) -> Select[Any]:
    columns = [getattr(model, key) for key in SORT]
    return select(*columns, func.sum(model.count).label("count")).group_by(*columns)


def _behind() -> Select[Any]:
    """Count the ratings that no roll has counted yet."""
    columns = [getattr(Rating, key) for key in SORT]
    mark = select(RatingRoll.counted_to).where(ROLL).scalar_subquery()
    return select(*columns, func.count().label("count")).where(Rating.position > mark).group_by(*columns)


def _within(query: Select[Any], model: type[Rating | RatingDay], span: Span) -> Select[Any]:
    if span.codes is not None:
        query = query.where(model.unit_code.in_(span.codes))
    if span.first is not None:
        query = query.where(model.day >= span.first)
    if span.last is not None:
        query = query.where(model.day <= span.last)
    return query


async def _counted(session: AsyncSession, rolled: Select[Any], behind: Select[Any]) -> list[RatingCell]:
    """Add both counts in one statement, so that a roll in between can't count anything twice or not at all."""
    both = union_all(rolled, behind).subquery()
    columns = [both.c[key] for key in SORT]
    # PostgreSQL sums big integers into a decimal.
    total = cast(func.sum(both.c.count), BigInteger).label("count")
    result = await session.execute(select(*columns, total).group_by(*columns).order_by(*columns))
    # By place: a scrape makes thousands of these, and going by name would cost half as much as the query.
    return list(starmap(RatingCell, result))
