"""Reads what a summary of ratings counts beside the monthly statistics: which are complete, on how many days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from services.metrics.feeds.repository import just_after
from services.metrics.models import Rating, UnitCode
from services.metrics.summaries.domain import Span


def uploads(connection: Connection, span: Span, until: datetime) -> Sequence[Any]:
    """Count by source, of the ratings that came until an instant: days with any, and complete ones."""
    known = Rating.unit_code.in_(select(UnitCode.code))
    whole = and_(known, Rating.item_code != "", Rating.channel != "")
    columns = (
        Rating.source_id,
        func.count(Rating.day.distinct()).label("days"),
        func.sum(case((whole, 1), else_=0)).label("complete"),
    )
    query = select(*columns).where(_within(span, until)).group_by(Rating.source_id)
    return connection.execute(query.order_by(Rating.source_id)).all()


def count_ratings(connection: Connection, span: Span, until: datetime) -> int:
    """Count the ratings of a span that came until an instant."""
    query = select(func.count()).select_from(Rating).where(_within(span, until))
    return connection.execute(query).scalar_one()


def _within(span: Span, until: datetime) -> Any:  # noqa: ANN401 - a condition.
    return and_(Rating.day >= span.first, Rating.day <= span.last, Rating.received_at < just_after(until))
