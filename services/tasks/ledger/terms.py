"""What the moves of one transaction go by: the working calendar, the chains of the plans and the rule of the lights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain_chain import Chain, read_chain
from services.tasks.ledger.domain_light_rules import DEFAULT_NAME, LightRule, rule_named
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.light_choices import rule_at
from services.tasks.models import PlanRuleRow, TaskRow
from services.tasks.workdays.repository import read_calendar
from shared.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Terms:
    """Read once for a transaction.

    Attributes:
        chains: The chain of reviews by plan id, where people set one.
    """

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    chains: Mapping[str, Chain] = field(default_factory=dict)
    light_rule: LightRule = field(default_factory=lambda: rule_named(DEFAULT_NAME))

    def chain_of(self, task: TaskRow) -> Chain:
        """Give the chain of a task: its plan's, or that of its kind."""
        return self.chains.get(task.plan_id or "") or Chain(kind_of(task.kind).reviews)


async def read_terms(session: AsyncSession, instant: datetime | None = None) -> Terms:
    """Read what the moves of a transaction go by; with `instant`, the lights by the rule that held then."""
    rules = await session.scalars(select(PlanRuleRow))
    chains = {rule.plan_id: read_chain(rule.reviews, rule.authority) for rule in rules}
    return Terms(await read_calendar(session), chains, await rule_at(session, instant))
