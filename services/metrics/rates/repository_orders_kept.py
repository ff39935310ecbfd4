"""Keeps what orders count as, in the transaction that learns of them, and counts it by grouped SQL.

Invariant: `order_fact` and `order_hop` hold exactly what the facts of all orders say, but for those in `order_stale`,
which an upgrade left behind; while there are any, questions are answered from the orders themselves.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    collate,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy import String as SqlString

from services.metrics.feeds.repository import MANY, chunks
from services.metrics.models import OrderHop, OrderKept, OrderStale
from services.metrics.rates.domain import Cell, RateRule
from services.metrics.rates.facts_orders_kept import OPEN, hops, kept
from services.metrics.rates.functions_orders import OrderSort
from services.metrics.rates.questions import OF_UNITS, ONE_DAY, Question
from services.metrics.rates.repository import Grouping, in_span
from services.metrics.rates.repository_orders import orders_told
from services.metrics.repository import table_of
from shared.bulk import insert_rows, stored

DAY_US = 86_400_000_000
# The column of each dimension; for `unit` the unit itself is enough.
KEYS: dict[str, Any] = {
    "unit": literal(""),
    "order_kind": OrderKept.kind,
    "category": OrderKept.category_1,
    "channel": OrderKept.channel,
    "region": OrderKept.region_code,
    "source": OrderKept.source_id,
}


def keep_orders(connection: Connection, ids: Iterable[str]) -> None:
    """Find anew what orders count as, from all that was told of them."""
    for chunk in chunks(sorted(set(ids)), MANY):
        for model in (OrderKept, OrderHop, OrderStale):
            connection.execute(delete(model).where(model.order_id.in_(chunk)))
        told = orders_told(connection, chunk, None)
        _insert(connection, OrderKept, [kept(one) for one in told])
        _insert(connection, OrderHop, [hop._asdict() for one in told for hop in hops(one)])


def _insert(
    connection: Connection, model: type[OrderKept | OrderHop], rows: Sequence[dict[str, Any]]
) -> None:
    table = table_of(model)
    values = [[stored(connection, column.type, row[column.name]) for column in table.columns] for row in rows]
    insert_rows(connection, table, values)


def keep_stale(connection: Connection, *, limit: int) -> bool:
    """Find some of those that an upgrade left behind; tell whether there may be more."""
    wanted = select(OrderStale.order_id).order_by(OrderStale.order_id).limit(limit)
    ids = list(connection.scalars(wanted))
    keep_orders(connection, ids)
    return len(ids) == limit


def all_kept(connection: Connection) -> bool:
    """Say whether every order is kept."""
    return not connection.scalar(select(exists().where(OrderStale.order_id.is_not(None))))


def kept_cells(connection: Connection, question: Question, rule: RateRule, group: Grouping) -> list[Cell]:
    """Count the orders of a question by group and sort, as of now."""
    within = _facts(connection, question, rule).subquery()
    columns = [within.c[name] for name in _NAMES]
    counted = select(*columns, func.count()).group_by(*columns)
    return [
        Cell(*group(row[0], row[1], row[2]), OrderSort(*row[3:8]), row[9], row[8])
        for row in connection.execute(counted)
    ]


_NAMES = ("unit", "key", "day", "state", "level", "recalled", "merged", "excluded", "by")


def _facts(connection: Connection, question: Question, rule: RateRule) -> Select[Any]:
    day, unit = _day(rule), OrderHop.unit if rule.function == "orders_returned" else OrderKept.unit
    key = KEYS[question.dimension]
    columns = [
        (unit if question.by in OF_UNITS else literal("")).label("unit"),
        (literal("") if question.by_period else key).label("key"),
        (day if question.by_period else null()).label("day"),
        _state(connection, question, rule).label("state"),
        (OrderKept.level if rule.function == "orders_of_levels" else null()).label("level"),
        OrderKept.recalled.label("recalled"),
        OrderKept.merged.label("merged"),
        OrderKept.excluded.label("excluded"),
        OrderKept.excluded_by.label("by"),
    ]
    if rule.function == "orders_repeated":
        return _repeated(question, rule, columns)
    found = select(*columns).where(day.is_not(None), in_span(day, question.first, question.last))
    if rule.function == "orders_returned":
        found = found.join(OrderHop, OrderHop.order_id == OrderKept.order_id)
    return _narrowed(found, question, unit, key)


def _narrowed(
    found: Select[Any],
    question: Question,
    unit: Any,  # noqa: ANN401 - a column, as the next.
    key: Any,  # noqa: ANN401
) -> Select[Any]:
    if question.codes is not None:
        found = found.where(unit.in_(question.codes))
    return found if question.keys is None else found.where(key.in_(question.keys))


def _day(rule: RateRule) -> Any:  # noqa: ANN401 - a column of either model.
    if rule.function in {"orders_finished", "orders_on_time", "orders_contacted"}:
        return OrderKept.due_day if rule.counted_on == "due" else OrderKept.dispatched_day
    named = {
        "orders_resolved": OrderKept.resolved_day,
        "orders_of_levels": OrderKept.rated_day,
        "orders_returned": OrderHop.day,
    }
    return named.get(rule.function, OrderKept.received_day)


def _state(connection: Connection, question: Question, rule: RateRule) -> ColumnElement[str]:
    if rule.function in {"orders_finished", "orders_on_time"}:
        is_late = and_(OrderKept.worked == OPEN, OrderKept.due_at < question.at)
        return case((is_late, "overdue"), else_=OrderKept.worked)
    if rule.function == "orders_repeated":
        return _is_repeated(connection, rule)
    named: dict[str, Any] = {
        "orders_accepted": OrderKept.accepted,
        "orders_contacted": OrderKept.contacted,
        "orders_resolved": OrderKept.resolved,
        "orders_of_levels": literal(""),
        "orders_returned": OrderHop.state,
        "orders_about_office": case((OrderKept.about_office, "about_office"), else_="other"),
    }
    found: ColumnElement[str] = named[rule.function]
    return found


def _is_repeated(connection: Connection, rule: RateRule) -> ColumnElement[str]:
    """Compare an order with the one before it of the same caller about the same category at the same source."""
    order_id: Any = OrderKept.order_id
    if connection.dialect.name == "postgresql":
        order_id = collate(order_id, "C")
    before = func.lag(OrderKept.received_us).over(
        partition_by=(OrderKept.source_id, OrderKept.caller, OrderKept.category),
        order_by=(OrderKept.received_us, order_id),
    )
    near = OrderKept.received_us - before <= rule.within_days * DAY_US
    is_known = and_(OrderKept.caller != "", OrderKept.category != "")
    again = case((OrderKept.repeats != "", "repeated"), (and_(is_known, near), "repeated"), else_="new")
    return type_coerce(again, SqlString())


def _repeated(question: Question, rule: RateRule, columns: Sequence[Any]) -> Select[Any]:
    """Ask beside the span for the orders before it, which those in it may repeat."""
    first = None if question.first is None else question.first - (rule.within_days + 1) * ONE_DAY
    looked_at = select(
        *columns,
        OrderKept.received_day.label("of_day"),
        OrderKept.unit.label("of_unit"),
        KEYS[question.dimension].label("of_key"),
    ).where(in_span(OrderKept.received_day, first, question.last))
    all_ = looked_at.subquery()
    found = select(*(all_.c[name] for name in _NAMES)).where(
        in_span(all_.c.of_day, question.first, question.last)
    )
    return _narrowed(found, question, all_.c.of_unit, all_.c.of_key)
