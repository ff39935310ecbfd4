"""How the tasks of a plan are reviewed: the chain of reviews that people set for it, read and written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain_chain import Chain, read_chain
from services.tasks.models import PlanRuleRow, UnitRow
from services.tasks.plans import repository
from shared.errors import Invalid


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The rules of a plan; those of each task's kind hold where nobody set any (`chosen` is False)."""

    plan_id: str
    chain: Chain
    chosen: bool


async def read_rules(session: AsyncSession, plan_id: str) -> PlanRules:
    """Read the rules of a plan.

    Raises:
        NotFound: There is no such plan.
    """
    await repository.get_plan(session, plan_id)
    row = await session.get(PlanRuleRow, plan_id)
    if row is None:
        return PlanRules(plan_id, Chain(), chosen=False)
    return PlanRules(plan_id, read_chain(row.reviews, row.authority), chosen=True)


async def set_rules(
    session: AsyncSession, plan_id: str, reviews: Sequence[str], authority: str | None
) -> PlanRules:
    """Set the chain of reviews of a plan; a task that is being reviewed goes on by the new one.

    Raises:
        NotFound: There is no such plan.
        Invalid: The chain makes no sense, or the unit 主管部门 is unknown or a collective.
    """
    await repository.get_plan(session, plan_id)
    chain = read_chain(reviews, authority)
    unit = await session.get(UnitRow, authority) if authority else None
    if authority and (unit is None or unit.collective):
        message = f"主管部门 {authority} 不是已登记的具体单位，请核对"
        raise Invalid(message, code="unit.unknown", field="authority", unit=authority)
    await session.merge(PlanRuleRow(plan_id=plan_id, reviews=[*chain.steps], authority=chain.authority))
    await session.flush()
    return PlanRules(plan_id, chain, chosen=True)
