"""What is kept of orders gives what the orders themselves give, and what an upgrade left behind is brought in."""

from itertools import product

import pytest
from sqlalchemy import Connection, delete, func, insert, select

from services.metrics.feeds.service_orders import keep_stale_orders
from services.metrics.models import Order, OrderHop, OrderKept, OrderStale
from services.metrics.rates import repository_orders, repository_orders_kept
from services.metrics.rates.domain import RuleInForce, tally
from services.metrics.rates.functions import changed, function_of, rule_of_file
from services.metrics.rates.questions import Question
from services.metrics.rates.repository_orders import OrderQuestion
from shared.database import Database
from tests.metrics.factories import NOW
from tests.metrics.rates import made
from tests.metrics.rates.test_orders import RATES, SPANS, arrive

CHOICES = {"counted_on": "due", "owed": "all", "within_days": 3, "exclude": []}


def compared(connection: Connection, rate: str, question: Question) -> None:
    """Compare both ways of counting, by the shipped rule and by one that a place chose."""
    shipped = rule_of_file(rate)
    own = {name: value for name, value in CHOICES.items() if name in function_of(shipped).choices}
    for rule in (shipped, changed(shipped, own, version=2)):
        judge, in_force, group = function_of(rule).judge, RuleInForce(rule), question.group
        rows = repository_orders.order_cells(connection, OrderQuestion(question, rule), group)
        kept = repository_orders_kept.kept_cells(connection, question, rule, group)
        assert tally(kept, in_force, judge) == tally(rows, in_force, judge), (rate, question)


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
async def test_kept_orders_are_counted_as_the_orders_are(db: Database, rate: str) -> None:
    await arrive(db, seed=21)

    def work(connection: Connection) -> None:
        for by, (first, last) in product(("unit", "category", "month"), SPANS):
            compared(connection, rate, Question(by, NOW, first=first, last=last))
        compared(connection, rate, Question("unit", NOW, codes=("u1", "B")))
        compared(connection, rate, Question("order_kind", NOW, keys=("help",)))

    await db.look(work)


@pytest.mark.slow
async def test_what_an_upgrade_left_behind_is_read_from_the_orders_until_it_is_brought_in(
    db: Database,
) -> None:
    await arrive(db, seed=22)
    before = made.shown(await made.ask(db, "orders.on_time"))
    async with db.transaction() as tx:  # As the migration leaves it.
        for model in (OrderKept, OrderHop):
            await tx.session.execute(delete(model))
        known = select(Order.order_id).distinct()
        await tx.session.execute(insert(OrderStale).from_select(["order_id"], known))

    between = made.shown(await made.ask(db, "orders.on_time"))
    more = await db.run_sync(keep_stale_orders)
    after = made.shown(await made.ask(db, "orders.on_time"))

    async with db.reading() as session:
        left = await session.scalar(select(func.count()).select_from(OrderStale))
    assert (before, before, False, 0) == (between, after, more, left)
