"""Finds what told a fact last, so that its event can be read in the archive."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from services.metrics.feeds.repository import FACTS, MANY, chunks, just_after
from services.metrics.models import Order, OrderStep, Rating, RectificationStep
from services.metrics.rates.functions import Family
from services.metrics.repository import table_of

OF_PLATFORM = frozenset(
    {"recalled", "revisited"}
)  # Steps that the platform tells; the ledger tells the others.


class Origin(NamedTuple):
    """When, in which feed and where in it something was told; 0 for a rating: it is told once, and found by its id."""

    told_at: datetime
    stream: str
    sequence: int


def position_of(connection: Connection, rating_id: str) -> int | None:
    """Give the place of a rating in the order in which they came."""
    return connection.scalars(select(Rating.position).where(Rating.rating_id == rating_id)).first()


def last_told(
    connection: Connection, family: Family, ids: Sequence[str], as_of: datetime
) -> dict[str, Origin]:
    """Give what told each of some facts last, of all that was told up to an instant."""
    found: dict[str, Origin] = {}
    for chunk in chunks(sorted(set(ids)), MANY):
        for subject, origin in _READ[family](connection, chunk, as_of):
            found[subject] = max(found.get(subject, origin), origin)
    return found


Told = Iterator[tuple[str, Origin]]


def _ratings(connection: Connection, ids: Sequence[str], _as_of: datetime) -> Told:
    query = select(Rating.rating_id, Rating.received_at).where(Rating.rating_id.in_(ids))
    return ((row.rating_id, Origin(row.received_at, "ratings", 0)) for row in connection.execute(query))


def _services(connection: Connection, ids: Sequence[str], as_of: datetime) -> Told:
    for model in FACTS:
        query = select(table_of(model)).where(model.service_id.in_(ids), model.told_at < just_after(as_of))
        for row in connection.execute(query):
            yield row.service_id, Origin(row.told_at, "ratings", row.sequence)


def _rectifications(connection: Connection, ids: Sequence[str], as_of: datetime) -> Told:
    query = _until(select(table_of(RectificationStep)), RectificationStep, as_of)
    for row in connection.execute(query.where(RectificationStep.task_id.in_(ids))):
        yield row.task_id, Origin(row.told_at, "supervision", row.sequence)


def _orders(connection: Connection, ids: Sequence[str], as_of: datetime) -> Told:
    received = _until(select(table_of(Order)), Order, as_of).where(Order.order_id.in_(ids))
    for row in connection.execute(received):
        yield row.order_id, Origin(row.told_at, "hotline", row.sequence)
    steps = _until(select(table_of(OrderStep)), OrderStep, as_of).where(OrderStep.order_id.in_(ids))
    for row in connection.execute(steps):
        stream = "hotline" if row.kind in OF_PLATFORM else "supervision"
        yield row.order_id, Origin(row.told_at, stream, row.sequence)


def _until(query: Any, model: Any, as_of: datetime) -> Any:  # noqa: ANN401 - statements over any of the models.
    return query.where(model.told_at < just_after(as_of))


_READ = {"ratings": _ratings, "services": _services, "rectifications": _rectifications, "orders": _orders}
