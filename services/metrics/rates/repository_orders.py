"""Reads hotline orders: what each of them counts as, from all that was told of it.

Rows and what was known in the past are read so, at most `MOST` orders at once; present figures are counted from what
`repository_orders_kept` keeps of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from services.metrics.feeds.repository import MANY, chunks, just_after
from services.metrics.models import Order, OrderStep
from services.metrics.rates.domain import Cell, RateRule
from services.metrics.rates.facts_orders import (
    KEYS,
    Basis,
    OrderFact,
    OrderFacts,
    Received,
    Repeats,
    facts_in,
)
from services.metrics.rates.functions_orders import OrderSort
from services.metrics.rates.questions import Question
from services.metrics.rates.repository import Grouping
from shared.clock import SHANGHAI
from shared.errors import Invalid

MOST = 200_000  # Orders in one answer.
DAY = timedelta(days=1)
VISITS = ("visited", "revisited")
# Functions whose orders are found by when they came in, or were visited; the others by their dispatch.
BY_RECEIPT = frozenset({"orders_accepted", "orders_repeated", "orders_about_office"})
BY_VISIT = frozenset({"orders_resolved", "orders_of_levels"})


@dataclass(frozen=True, slots=True)
class OrderQuestion:
    """A question with the rule by which it is answered, and the most orders that may be read for it."""

    question: Question
    rule: RateRule
    most: int = MOST


def order_cells(connection: Connection, asked: OrderQuestion, group: Grouping) -> list[Cell]:
    """Count the orders of a question by group and sort.

    Raises:
        Invalid: The span has too many.
    """
    by_period, dimension = asked.question.by_period, asked.question.dimension
    return [
        Cell(
            *group(one.unit, KEYS[dimension](one.order), one.day if by_period else None),
            one.sort,
            1,
            one.by,
        )
        for one in _facts(connection, asked)
    ]


def order_rows(
    connection: Connection, asked: OrderQuestion, wanted: Iterable[OrderSort], page: tuple[str, int]
) -> list[OrderFact]:
    """List orders of the given sorts behind an id, up to a limit, by id.

    Raises:
        Invalid: The span has too many.
    """
    sorts, (after, limit) = set(wanted), page
    found = [one for one in _facts(connection, asked) if one.sort in sorts and one.fact_id > after]
    return sorted(found, key=lambda one: one.fact_id)[:limit]


def sorts_of(connection: Connection, asked: OrderQuestion) -> set[OrderSort]:
    """Name the sorts that occur in a question.

    Raises:
        Invalid: The span has too many.
    """
    return {one.sort for one in _facts(connection, asked)}


def _facts(connection: Connection, asked: OrderQuestion) -> Iterator[OrderFact]:
    question, rule = asked.question, asked.rule
    ids = list(connection.scalars(candidates(asked).distinct().limit(asked.most + 1)))
    if len(ids) > asked.most:
        message = f"所问期间的工单超过 {asked.most} 件，请缩短 from 至 to 的期间"
        raise Invalid(message, code="rate.too_many", field="from")
    of_key = KEYS[question.dimension]
    for chunk in chunks(ids, MANY):
        orders = orders_told(connection, chunk, question.as_of)
        repeats = Repeats(())
        if rule.function == "orders_repeated":
            repeats = repeats_of(connection, [one.received.caller for one in orders], question.as_of)
        basis = Basis(rule, question.at, repeats)
        facts = (fact for order in orders for fact in facts_in(order, basis))
        yield from (one for one in facts if question.takes(one.unit, of_key(one.order), one.day))


def candidates(asked: OrderQuestion) -> Select[Any]:
    """Ask for orders that may count in a span; a day more at both ends, as what they count on is found later."""
    rule = asked.rule
    if rule.function in BY_RECEIPT:
        query, at = select(Order.order_id), Order.received_at
    else:
        kinds = VISITS if rule.function in BY_VISIT else ("dispatched",)
        query = select(OrderStep.order_id).where(OrderStep.kind.in_(kinds))
        at = OrderStep.due_at if rule.counted_on == "due" else OrderStep.at  # type: ignore[assignment]
    if asked.question.first is not None:
        query = query.where(at >= midnight(asked.question.first) - DAY)
    if asked.question.last is not None:
        query = query.where(at < midnight(asked.question.last) + 2 * DAY)
    return query


def midnight(day: date) -> datetime:
    """Give the instant at which a Shanghai day begins."""
    return datetime.combine(day, time(), SHANGHAI)


def orders_told(connection: Connection, ids: Sequence[str], until: datetime | None) -> list[OrderFacts]:
    """Read all that was told of some orders until an instant; None for everything."""
    query = select(OrderStep.__table__).where(OrderStep.order_id.in_(ids)).order_by(OrderStep.sequence)
    if until is not None:
        query = query.where(OrderStep.told_at < just_after(until))
    steps: dict[str, dict[str, list[Any]]] = {}
    for row in connection.execute(query):
        steps.setdefault(row.order_id, {}).setdefault(row.kind, []).append(row)
    return [OrderFacts(one, steps.get(one.order_id, {})) for one in received_told(connection, ids, until)]


def received_told(connection: Connection, ids: Sequence[str], until: datetime | None) -> list[Received]:
    """Read the newest word on what came in, by id; an order of which that was not told yet is left out."""
    query = select(Order.__table__).where(Order.order_id.in_(ids)).order_by(Order.revision, Order.sequence)
    if until is not None:
        query = query.where(Order.told_at < just_after(until))
    newest = {row.order_id: row for row in connection.execute(query)}
    return [Received(*(getattr(row, name) for name in Received._fields)) for _, row in sorted(newest.items())]


def repeats_of(connection: Connection, callers: Sequence[str], until: datetime | None) -> Repeats:
    """Read all that some callers ever made."""
    found: list[Received] = []
    known = select(Order.order_id).where(Order.caller.in_({one for one in callers if one})).distinct()
    for chunk in chunks(list(connection.scalars(known)), MANY):
        found.extend(received_told(connection, chunk, until))
    return Repeats(found)
