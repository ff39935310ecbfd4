"""Reads the ratings of a month by source and unit."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, select

from services.metrics.feeds.repository import just_after
from services.metrics.models import Rating
from services.metrics.statistics.domain import Line, Month, Sort


def ratings_of(
    connection: Connection, span: tuple[date, date], until: datetime | None = None
) -> dict[Line, Month]:
    """Count the ratings of a span of days, all or those that came until an instant, and how long they took, by line."""
    found: dict[Line, Month] = {}
    sorts, delays = (Rating.level, Rating.channel, Rating.is_default), (_delay(connection).label("delay"),)
    for row in _counted(connection, sorts, span, until):
        found.setdefault(Line(*row[:2]), Month()).sorts[Sort(*row[2:5])] = row[5]
    for row in _counted(connection, delays, span, until):
        found[Line(*row[:2])].delays[row[2]] = row[3]
    return found


def _counted(
    connection: Connection, columns: Sequence[Any], span: tuple[date, date], until: datetime | None
) -> Iterable[Any]:
    line = (Rating.unit_code, Rating.source_id)
    found = select(*line, *columns).where(Rating.day >= span[0], Rating.day <= span[1])
    if until is not None:
        found = found.where(Rating.received_at < just_after(until))
    within = found.subquery()
    return connection.execute(select(*within.c, func.count()).group_by(*within.c))


def _delay(connection: Connection) -> ColumnElement[int]:
    """Give the whole seconds from a rating to its arrival."""
    if connection.dialect.name == "sqlite":
        days = func.julianday(Rating.received_at) - func.julianday(Rating.rated_at)
        return cast(func.round(days * 86_400), BigInteger)
    return cast(func.round(func.extract("epoch", Rating.received_at - Rating.rated_at)), BigInteger)
