"""Use case of the rules of claims: set as a new version, for whoever gets a result from now on."""

from services.tasks.acts import Act
from services.tasks.approvals import repository
from services.tasks.approvals.domain import check_words
from services.tasks.approvals.domain_rules import read_rules
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import ApprovalRuleRow
from shared.database import Tx


async def set_rules(tx: Tx, said: dict[str, object], reason: str, act: Act) -> ApprovalRuleRow:
    """Set the rules of claims; saying the same again changes nothing.

    Raises:
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A value makes no sense, or there is no reason.
    """
    check_supervisor(act.actor, word="设置认领规则")
    words = check_words(reason, what="设定依据", field="reason")
    rules = read_rules(said).model_dump()
    rows = await repository.rule_rows(tx.session)
    if rows and rows[-1].rules == rules:
        return rows[-1]
    row = ApprovalRuleRow(version=len(rows) + 1, rules=rules, reason=words)
    row.set_by, row.set_at, row.entered_at = act.actor.id, act.at, act.entered_at
    tx.session.add(row)
    await tx.session.flush()
    return row
