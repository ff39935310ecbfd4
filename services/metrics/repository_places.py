"""Ratings counted by day and place: hall, window, clerk, item, channel, region and source, rolled up behind the others.

Invariant: `RatingPlace` holds exactly the ratings up to the mark of the roll `places`; readers add those behind it in
the same statement.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, case, cast, func, literal, select, update

from services.metrics.models import Rating, RatingPlace, RatingRoll
from services.metrics.repository import insert_into

ROLL = "places"
SORT = ("level", "is_default", "additional")
# The dimensions, by the code of a rating in each; for `unit` the unit itself is enough.
KEYS: Mapping[str, ColumnElement[Any]] = {
    "unit": literal(""),
    "channel": Rating.channel.expression,
    "hall": Rating.hall.expression,
    "window": case((Rating.hall != "", Rating.hall + "/" + Rating.window_code), else_=Rating.window_code),
    "clerk": Rating.clerk.expression,
    "item": Rating.item_code.expression,
    "region": Rating.region_code.expression,
    "source": Rating.source_id.expression,
}


def roll_up_places(connection: Connection, *, limit: int) -> int:
    """Count up to `limit` further positions by day and place; gives how many positions were passed."""
    own = RatingRoll.name == ROLL
    since = connection.execute(select(RatingRoll.counted_to).where(own).with_for_update()).scalar_one()
    last = connection.scalar(select(func.max(Rating.position)))
    upto = min(last or 0, since + limit)
    if upto <= since:
        return 0
    for by, key in KEYS.items():
        for grain, day in (("day", Rating.day.expression), ("month", first_of_month(connection, Rating.day))):
            _add_counts(
                connection, (grain, by), [Rating.unit_code, day.label("day"), key.label("key")], (since, upto)
            )
    connection.execute(update(RatingRoll).where(own).values(counted_to=upto))
    return int(upto - since)


def first_of_month(connection: Connection, day: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a column of days.
    """Give the first of a day's month."""
    if connection.dialect.name == "sqlite":
        return func.substr(day, 1, 8).concat("01")
    return cast(func.date_trunc("month", day), Date)


def _add_counts(
    connection: Connection, which: tuple[str, str], place: Sequence[Any], span: tuple[int, int]
) -> None:
    keys = ["unit_code", "day", "key", *SORT]
    columns = [*place, *(getattr(Rating, name) for name in SORT)]
    # A statement within: PostgreSQL takes two expressions with parameters for different ones.
    found = select(*columns).where(Rating.position > span[0], Rating.position <= span[1]).subquery()
    grouped = [found.c[name] for name in keys]
    grain, by = which
    counted = select(literal(grain), literal(by), *grouped, func.count()).group_by(*grouped)
    new = insert_into(RatingPlace, connection.dialect.name)
    grown = new.from_select(["grain", "by", *keys, "count"], counted).on_conflict_do_update(
        index_elements=["grain", "by", *keys], set_={"count": RatingPlace.count + new.excluded["count"]}
    )
    connection.execute(grown)
