"""Proposals 建议 that orders give reason for: frequent and repeated complaints for the ledger, shirking for a referral.

Invariant: nothing follows from a proposal but what a named person decides; one about the same waits once.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.domain_ids import short_hash
from services.tasks.models import OrderHopRow, OrderProposalRow
from services.tasks.orders import repository, repository_lists
from services.tasks.orders.dispatching import Case
from services.tasks.orders.domain_proposals import (
    Group,
    ProposalKind,
    ProposalState,
    is_frequent,
    is_repeated,
)
from shared.database import Tx


async def propose_shirking(case: Case, hop: OrderHopRow) -> None:
    """Propose a referral for an order that units hand on, or give back against a decision; in a restricted scope."""
    session, order = case.deed.tx.session, case.order
    if await _waiting(session, ProposalKind.SHIRKING, order.task_id) is not None:
        return
    row = _new(case.deed.tx, ProposalKind.SHIRKING, order.task_id, [order.task_id])
    row.inputs = {"hop": hop.number, "refusals": hop.refusals, "unit": hop.unit_id}
    session.add(row)


async def propose_frequent(tx: Tx) -> int:
    """Propose what many orders of the last days are about, and callers who had to call again; give how many are new."""
    latest = await repository.latest_rules(tx.session)
    everywhere = (await repository.rules_at(tx.session, ""))[2]
    all_rules = [everywhere, *(rules for _, rules in latest.values())]
    since = tx.now - timedelta(days=max(rules.frequent_days for rules in all_rules))
    kinds = {kind for rules in all_rules for kind in rules.frequent_kinds}
    least = min(min(rules.frequent_count, rules.caller_count) for rules in all_rules)
    new = 0
    for group in await repository_lists.matters(tx.session, kinds, since, least):
        rules = (await repository.rules_at(tx.session, group.region))[2]
        new += await _propose(tx, ProposalKind.FREQUENT, group, wanted=is_frequent(group, rules, tx.now))
    for group in await repository_lists.callers(tx.session, kinds, since, least):
        wanted = is_repeated(group, everywhere, tx.now)
        new += await _propose(tx, ProposalKind.CALLER, group, wanted=wanted)
    return new


async def _propose(tx: Tx, kind: ProposalKind, group: Group, *, wanted: Iterable[str]) -> bool:
    """Propose a group whose orders were not all behind an earlier proposal about the same."""
    orders = sorted(wanted)
    if not orders:
        return False
    last = await _last(tx.session, kind, group.about)
    if last is not None and (last.state == ProposalState.OPEN or set(orders) <= set(last.orders)):
        if last.state == ProposalState.OPEN and set(orders) - set(last.orders):
            last.orders = sorted({*last.orders, *orders})
            last.inputs = {**last.inputs, "count": len(last.orders)}
        return False
    row = _new(tx, kind, group.about, orders)
    row.inputs = {"count": len(orders), "category": group.category, "region": group.region}
    tx.session.add(row)
    return True


def _new(tx: Tx, kind: ProposalKind, about: str, orders: list[str]) -> OrderProposalRow:
    return OrderProposalRow(
        id=f"op{short_hash(f'{kind} {about} {tx.now.isoformat()}', 14)}",
        kind=kind,
        about=about,
        orders=orders,
        inputs={},
        state=ProposalState.OPEN,
        proposed_at=tx.now,
        decided_by="",
        decided_by_name="",
        reason="",
    )


async def _last(session: AsyncSession, kind: ProposalKind, about: str) -> OrderProposalRow | None:
    stated = select(OrderProposalRow).where(OrderProposalRow.kind == kind, OrderProposalRow.about == about)
    latest = stated.order_by(OrderProposalRow.proposed_at.desc(), OrderProposalRow.id).limit(1)
    return (await session.scalars(latest)).first()


async def _waiting(session: AsyncSession, kind: ProposalKind, about: str) -> OrderProposalRow | None:
    last = await _last(session, kind, about)
    return last if last is not None and last.state == ProposalState.OPEN else None
