"""Use cases of hotline orders: what came in, and every step that was told of them, in batches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.metrics.feeds.repository import text_of
from services.metrics.models import Order, OrderStep
from services.metrics.rates.repository_orders_kept import keep_orders, keep_stale
from services.metrics.repository import table_of
from shared.bulk import insert_rows
from shared.database import SyncTx
from shared.events import hotline, orders
from shared.events.envelope import Envelope, Event

Row = dict[str, object]
STALE_AT_ONCE = 500
SEPARATOR = "/"  # Between the levels of a category.
EMPTY: Row = {
    "task_id": "",
    "unit_id": "",
    "holds": False,
    "word": "",
    "level": None,
    "hop": None,
    "due_at": None,
    "by": "",
}


def learn_received(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep what came in."""
    table = table_of(Order)
    rows = [_received(cause) for cause in envelopes if isinstance(cause.data, hotline.OrderReceived)]
    names = [column.name for column in table.columns]
    insert_rows(tx.connection, table, [[row[name] for name in names] for row in rows], skip_known=True)
    keep_orders(tx.connection, [str(row["order_id"]) for row in rows])


def learn_steps(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep steps of orders, each once."""
    table = table_of(OrderStep)
    rows = [
        _step(cause, *STEPS[type(cause.data)])
        for cause in envelopes
        if isinstance(cause.data, Event) and type(cause.data) in STEPS
    ]
    names = [column.name for column in table.columns]
    insert_rows(tx.connection, table, [[row[name] for name in names] for row in rows], skip_known=True)
    keep_orders(tx.connection, [str(row["order_id"]) for row in rows])


def keep_stale_orders(tx: SyncTx) -> bool:
    """Find a part of what orders count as that an upgrade left behind; tells whether there may be more."""
    return keep_stale(tx.connection, limit=STALE_AT_ONCE)


def _received(cause: Envelope) -> Row:
    event: Any = cause.data
    same = ("order_id", "source_id", "unit_code", "kind", "region_code", "channel", "caller", "repeats")
    return {
        **{name: getattr(event, name) for name in same},
        "sequence": cause.sequence,
        "revision": cause.revision,
        "told_at": text_of(cause.time),
        "category": SEPARATOR.join(event.category)[:400],
        "category_1": event.category[0][:200] if event.category else "",
        "received_at": text_of(event.received_at),
    }


def _step(cause: Envelope, kind: str, told: Callable[[Any], Row]) -> Row:
    event: Any = cause.data
    told_at = text_of(cause.time)
    common = {"order_id": event.order_id, "kind": kind, "sequence": cause.sequence}
    own = {"told_at": told_at, "at": told_at, "task_id": getattr(event, "task_id", "")}
    return EMPTY | common | own | told(event)


def _visit(event: orders.OrderVisited | hotline.OrderRevisited) -> Row:
    return {"holds": event.reached, "word": event.resolved or "", "level": event.level}


# The one table of steps: what each is called, and what it says.
STEPS: Mapping[type[Event], tuple[str, Callable[[Any], Row]]] = {
    hotline.OrderRecalled: ("recalled", lambda event: {"at": text_of(event.recalled_at)}),
    hotline.OrderRevisited: (
        "revisited",
        lambda event: _visit(event) | {"at": text_of(event.revisited_at)},
    ),
    orders.OrderOpened: ("opened", lambda event: {"word": event.refusal[:64], "holds": event.about_office}),
    orders.OrderDispatched: (
        "dispatched",
        lambda event: {"unit_id": event.unit_id, "hop": event.hop, "due_at": text_of(event.due_at)},
    ),
    orders.OrderContacted: ("contacted", lambda event: {"unit_id": event.unit_id, "holds": event.late}),
    orders.OrderReturned: (
        "returned",
        lambda event: {
            "unit_id": event.unit_id,
            "word": event.reason[:64],
            "hop": event.hop,
            "holds": event.granted is True,
        },
    ),
    orders.OrderMerged: ("merged", lambda event: {"word": event.into[:64]}),
    orders.OrderAnswered: ("answered", lambda event: {"unit_id": event.unit_id, "holds": event.late}),
    orders.OrderVisited: ("visited", _visit),
    orders.OrderExcluded: (
        "excluded",
        lambda event: {"word": event.reason[:64], "by": event.approved_by[:200], "holds": event.excluded},
    ),
}
