"""How the tasks of a plan are reviewed: the chain of reviews that people set for it, and who set it, when and why.

Invariant: every setting stays on record; the last one is in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger.domain_chain import Chain, read_chain
from services.tasks.models import PlanRuleRow, PlanRuleSettingRow, UnitRow
from services.tasks.plans import repository
from shared.errors import Invalid


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The rules of a plan; those of each task's kind hold where nobody set any (`chosen` is False).

    Attributes:
        settings: What was set, the latest first; empty for rules from before settings were recorded.
    """

    plan_id: str
    chain: Chain
    chosen: bool
    settings: Sequence[PlanRuleSettingRow] = ()


async def read_rules(session: AsyncSession, plan_id: str) -> PlanRules:
    """Read the rules of a plan.

    Raises:
        NotFound: There is no such plan.
    """
    await repository.get_plan(session, plan_id)
    row = await session.get(PlanRuleRow, plan_id)
    if row is None:
        return PlanRules(plan_id, Chain(), chosen=False)
    return await _in_force(session, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is to be set for a plan, and why."""

    reviews: Sequence[str]
    authority: str | None = None
    reason: str


async def set_rules(session: AsyncSession, plan_id: str, wanted: Setting, act: Act) -> PlanRules:
    """Set the chain of reviews of a plan; a task that is being reviewed goes on by the new one.

    Raises:
        NotFound: There is no such plan.
        Invalid: The chain makes no sense, the unit 主管部门 is unknown or a collective, or no reason is given.
    """
    await repository.get_plan(session, plan_id)
    chain, authority = read_chain(wanted.reviews, wanted.authority), wanted.authority
    if not wanted.reason.strip():
        message = "设置复核链必须说明理由，请填写 reason"
        raise Invalid(message, code="plan_rules.reason_missing", field="reason")
    unit = await session.get(UnitRow, authority) if authority else None
    if authority and (unit is None or unit.collective):
        message = f"主管部门 {authority} 不是已登记的具体单位，请核对"
        raise Invalid(message, code="unit.unknown", field="authority", unit=authority)
    row = PlanRuleRow(plan_id=plan_id, reviews=[*chain.steps], authority=chain.authority)
    row = await session.merge(row)
    await _record(session, row, wanted.reason.strip(), act)
    return await _in_force(session, row)


async def _record(session: AsyncSession, row: PlanRuleRow, reason: str, act: Act) -> None:
    number = (await repository.last_setting(session, row.plan_id)) + 1
    setting = PlanRuleSettingRow(plan_id=row.plan_id, number=number, reviews=row.reviews, reason=reason)
    setting.authority, setting.set_by = row.authority, act.actor.id
    setting.set_at, setting.entered_at = act.at, act.entered_at
    session.add(setting)
    await session.flush()


async def _in_force(session: AsyncSession, row: PlanRuleRow) -> PlanRules:
    chain = read_chain(row.reviews, row.authority)
    return PlanRules(
        row.plan_id, chain, chosen=True, settings=await repository.settings_of(session, row.plan_id)
    )
