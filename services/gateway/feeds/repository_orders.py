"""Rows of hotline orders with their urges and visits; on the synchronous connection of the group commit."""

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import Connection, Table, delete, select

from services.gateway.feeds.domain.steps_orders import Order, Told
from services.gateway.feeds.repository import chunks
from services.gateway.models import FeedOrder, FeedOrderStep
from shared.bulk import insert_rows

ORDERS, STEPS = cast("Table", FeedOrder.__table__), cast("Table", FeedOrderStep.__table__)
URGED, VISITED = "urged", "revisited"


def load_orders(connection: Connection, ids: Iterable[str]) -> dict[str, Order]:
    """Give the orders with these ids that are known, with their urges and visits."""
    found: dict[str, Order] = {}
    for chunk in chunks(ids):
        for row in connection.execute(select(ORDERS).where(ORDERS.c.order_id.in_(chunk))):
            found[row.order_id] = Order(**row._mapping)  # noqa: SLF001 - a row's public way to its names.
        for row in connection.execute(select(STEPS).where(STEPS.c.order_id.in_(chunk))):
            order = found[row.order_id]
            known = order.urges if row.sort == URGED else order.visits
            known[row.number] = Told(row.mark, row.content_hash)
    return found


def store_orders(connection: Connection, orders: Sequence[Order]) -> None:
    """Put these orders in the place of what is stored of them."""
    for chunk in chunks(order.order_id for order in orders):
        for table in (ORDERS, STEPS):
            connection.execute(delete(table).where(table.c.order_id.in_(chunk)))
    ordered = sorted(orders, key=lambda order: order.order_id)
    insert_rows(connection, ORDERS, [_order_row(order) for order in ordered])
    insert_rows(connection, STEPS, [row for order in ordered for row in _step_rows(order)])


def _order_row(one: Order) -> tuple[object, ...]:
    return one.order_id, one.source_id, one.received_hash, one.recalled_hash, one.revision


def _step_rows(one: Order) -> list[tuple[object, ...]]:
    return [
        (one.order_id, sort, number, told.mark, told.content)
        for sort, known in ((URGED, one.urges), (VISITED, one.visits))
        for number, told in sorted(known.items())
    ]
