"""Use case of the rules of rectifications: a place sets its limits and shares; each setting is a version of its own."""

from dataclasses import dataclass, field
from typing import Any

from services.tasks.acts import Act
from services.tasks.dispatch.domain import region_prefix
from services.tasks.dispatch.repository import living_unit
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import RectificationRuleRow
from services.tasks.rectifications import repository
from services.tasks.rectifications.domain import require_words
from services.tasks.rectifications.domain_rules import read_rules
from shared.database import Tx
from shared.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOrder:
    """Rules for a place: `region` is a prefix of its code, empty for everywhere that has none of its own."""

    region: str
    reason: str
    rules: dict[str, Any] = field(default_factory=dict)


async def set_rules(tx: Tx, said: RulesOrder, act: Act) -> RectificationRuleRow:
    """Let rules hold for what is opened from now on; saying the same again changes nothing.

    Raises:
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A value makes no sense, the unit is unknown, or the reason is missing.
    """
    check_supervisor(act.actor, word="设定差评整改规则")
    reason, region = require_words(said.reason, field="reason", what="设定依据"), _region(said.region)
    rules = read_rules(said.rules)
    if rules.escalate_to is not None and await living_unit(tx.session, rules.escalate_to) is None:
        message = f"办理升级单位 {rules.escalate_to} 不存在或是统称，请核对"
        raise Invalid(message, code="rectification.escalate_to", field="escalate_to")
    rows = [row for row in await repository.rule_rows(tx.session) if row.region == region]
    if rows and rows[-1].rules == rules.model_dump():
        return rows[-1]
    row = RectificationRuleRow(region=region, version=len(rows) + 1, rules=rules.model_dump())
    row.set_by, row.set_at, row.entered_at, row.reason = act.actor.id, act.at, act.entered_at, reason
    tx.session.add(row)
    await tx.session.flush()
    return row


def _region(said: str) -> str:
    if said and not (said.isdecimal() and 2 <= len(said) <= 12):
        message = f"区划 {said} 无效，请填 2–12 位数字，或留空表示通用"
        raise Invalid(message, code="rectification.region", field="region")
    return region_prefix(said) if said else ""
