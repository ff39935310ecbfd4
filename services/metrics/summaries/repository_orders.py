"""Reads the orders that a summary counts, a part at a time: of a month it holds the ids, never the orders."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, exists, func, select
from sqlalchemy.orm import aliased

from services.metrics.feeds.repository import MANY, chunks, just_after
from services.metrics.models import Order, OrderStep
from services.metrics.rates.domain import RateRule
from services.metrics.rates.facts_orders import OrderFacts, Received, Repeats
from services.metrics.rates.questions import Question
from services.metrics.rates.repository_orders import (
    OrderQuestion,
    candidates,
    midnight,
    orders_told,
    received_told,
    repeats_of,
)
from services.metrics.summaries.domain import Frequent, Span
from shared.clock import local_date

ONE_DAY = timedelta(days=1)
WINDOW_DAYS = 31  # An order that counts in several windows is read for each: a month is one.
Read = tuple[list[OrderFacts], Repeats, Span]


def orders_within(
    connection: Connection, span: Span, rules: Iterable[RateRule], until: datetime
) -> Iterator[Read]:
    """Read what may count in any of some rates, or came in, on the days of a span; with the days it is read for."""
    known = list(rules)
    for window in span.windows(WINDOW_DAYS):
        ids = dict.fromkeys(connection.scalars(_received_in(window, until)))
        question = Question("unit", until, first=window.first, last=window.last, as_of=until)
        for rule in known:
            ids.update(
                dict.fromkeys(connection.scalars(candidates(OrderQuestion(question, rule)).distinct()))
            )
        for chunk in chunks(list(ids), MANY):
            orders = orders_told(connection, chunk, until)
            repeats = repeats_of(connection, [one.received.caller for one in orders], until)
            yield orders, repeats, window


def received_within(connection: Connection, span: Span, until: datetime) -> Iterator[Received]:
    """Read what came in on the days of a span, each order once."""
    for window in span.windows(WINDOW_DAYS):
        for chunk in chunks(list(connection.scalars(_received_in(window, until))), MANY):
            found = received_told(connection, chunk, until)
            yield from (one for one in found if window.covers(local_date(one.received_at)))


def open_orders(connection: Connection, until: datetime, due_by: datetime) -> Iterator[list[OrderFacts]]:
    """Read orders of which a dispatch is due by an instant and was not answered; some of them may owe nothing."""
    dispatch, answer = aliased(OrderStep), aliased(OrderStep)
    answered = exists().where(
        answer.order_id == dispatch.order_id,
        answer.kind == "answered",
        answer.sequence > dispatch.sequence,
        answer.told_at < just_after(until),
    )
    query = select(dispatch.order_id).where(
        dispatch.kind == "dispatched",
        dispatch.told_at < just_after(until),
        dispatch.due_at < just_after(due_by),
        ~answered,
    )
    for chunk in chunks(list(connection.scalars(query.distinct())), MANY):
        yield orders_told(connection, chunk, until)


def often_received(connection: Connection, span: Span, rule: Frequent, until: datetime) -> list[Received]:
    """Read what came in, within the days that the rule looks back, from callers with as many orders as it asks."""
    window = Span(span.last - ONE_DAY * (rule.days - 1), span.last)
    within = _received_in(window, until).subquery()
    query = select(Order.caller).where(Order.order_id.in_(select(within.c.order_id)), Order.caller != "")
    query = query.group_by(Order.caller).having(func.count(Order.order_id.distinct()) >= rule.minimum)
    found: dict[str, Received] = {}
    for callers in chunks(list(connection.scalars(query)), MANY):
        ids = list(connection.scalars(select(Order.order_id).where(Order.caller.in_(callers)).distinct()))
        for chunk in chunks(ids, MANY):
            found.update({one.order_id: one for one in received_told(connection, chunk, until)})
    return list(found.values())


def _received_in(span: Span, until: datetime) -> Select[Any]:
    begin, end = midnight(span.first), midnight(span.last + ONE_DAY)
    query = select(Order.order_id).where(Order.received_at >= begin, Order.received_at < end)
    return query.where(Order.told_at < just_after(until)).distinct()
