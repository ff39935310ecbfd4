"""Orders in the database: the order with its facts, hops, steps and visits, and the rules that places set."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.dispatch.domain import region_prefix
from services.tasks.ledger.terms import Terms, read_terms
from services.tasks.models import (
    OrderFactRow,
    OrderHopRow,
    OrderRow,
    OrderRuleRow,
    OrderStepRow,
    OrderVisitRow,
)
from services.tasks.orders.domain_rules import Rules, most_specific, read_rules, shipped
from shared.errors import NotFound

URGED, RECALLED, REVISITED = "urged", "recalled", "revisited"  # Kinds of facts.
_TERMS, _RULES = "orders.terms", "orders.rules"  # What a session keeps for the events of one batch.


async def find_order(session: AsyncSession, order_id: str) -> OrderRow | None:
    """Read an order by the id that the feed gives it."""
    return await session.get(OrderRow, order_id)


async def get_order(session: AsyncSession, task_id: str, *, field: str = "id") -> OrderRow:
    """Read the order of a task.

    Raises:
        NotFound: There is none.
    """
    row = await session.scalar(select(OrderRow).where(OrderRow.task_id == task_id))
    if row is None:
        raise NotFound(f"没有编号为 {task_id} 的工单，请核对", code="order.not_found", field=field)
    return row


async def merged_into(session: AsyncSession, task_id: str) -> Sequence[OrderRow]:
    """Read the orders that are dealt with in a task."""
    stated = select(OrderRow).where(OrderRow.merged_into == task_id).order_by(OrderRow.task_id)
    return (await session.scalars(stated)).all()


async def served_by(session: AsyncSession, task_id: str) -> Sequence[OrderRow]:
    """Read the orders merged into a task whose callers still wait for an answer."""
    return [order for order in await merged_into(session, task_id) if order.recalled_at is None]


async def facts_of(session: AsyncSession, order_id: str) -> Sequence[OrderFactRow]:
    """Read what the feed said of an order beside that it came in, by kind and number."""
    stated = select(OrderFactRow).where(OrderFactRow.order_id == order_id)
    return (await session.scalars(stated.order_by(OrderFactRow.kind, OrderFactRow.number))).all()


async def hop_of(session: AsyncSession, task_id: str, number: int) -> OrderHopRow:
    """Read one hop of an order."""
    return await session.get_one(OrderHopRow, (task_id, number))


async def hops_of(session: AsyncSession, task_id: str) -> Sequence[OrderHopRow]:
    """Read the hops of an order in order."""
    stated = select(OrderHopRow).where(OrderHopRow.task_id == task_id).order_by(OrderHopRow.number)
    return (await session.scalars(stated)).all()


async def steps_of(session: AsyncSession, task_id: str) -> Sequence[OrderStepRow]:
    """Read the steps of an order in order."""
    stated = select(OrderStepRow).where(OrderStepRow.task_id == task_id).order_by(OrderStepRow.number)
    return (await session.scalars(stated)).all()


async def visits_of(session: AsyncSession, task_id: str) -> Sequence[OrderVisitRow]:
    """Read our attempts to ask the caller, in order."""
    stated = select(OrderVisitRow).where(OrderVisitRow.task_id == task_id).order_by(OrderVisitRow.attempt)
    return (await session.scalars(stated)).all()


async def terms_of(session: AsyncSession) -> Terms:
    """Read what moves go by, once for the events of a batch."""
    if _TERMS not in session.info:
        session.info[_TERMS] = await read_terms(session)
    return cast("Terms", session.info[_TERMS])


async def latest_rules(session: AsyncSession) -> dict[str, tuple[int, Rules]]:
    """Read the last version of every place that set rules, once for a session."""
    if _RULES not in session.info:
        last = select(OrderRuleRow.region, func.max(OrderRuleRow.version).label("version"))
        newest = last.group_by(OrderRuleRow.region).subquery()
        stated = select(OrderRuleRow).join(
            newest,
            (newest.c.region == OrderRuleRow.region) & (newest.c.version == OrderRuleRow.version),
        )
        rows = (await session.scalars(stated)).all()
        session.info[_RULES] = {row.region: (row.version, read_rules(row.rules)) for row in rows}
    return cast("dict[str, tuple[int, Rules]]", session.info[_RULES])


def forget_rules(session: AsyncSession) -> None:
    """Read the rules anew when they are asked for next."""
    session.info.pop(_RULES, None)


async def rules_at(session: AsyncSession, region_code: str) -> tuple[str, int, Rules]:
    """Give the place whose rules hold in a region, their version and the rules; version 0 is what is shipped."""
    latest = await latest_rules(session)
    place = most_specific(latest, region_prefix(region_code))
    return ("", 0, shipped()) if place is None else (place, *latest[place])


async def rules_of(session: AsyncSession, order: OrderRow) -> Rules:
    """Read the rules that an order runs by: those that held when it came in."""
    if order.rules_version == 0:
        return shipped()
    row = await session.get_one(OrderRuleRow, (order.rules_region, order.rules_version))
    return read_rules(row.rules)
