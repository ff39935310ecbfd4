"""What the rules do at daybreak: propose measures, take 催办, and put away what a closed task has made moot.

Invariant: a task that is blocked by another is spared; and nothing is proposed twice for one cause.
"""

from datetime import datetime

from services.tasks.acts import Act
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.repository import Held
from services.tasks.measures import repository
from services.tasks.measures.domain import MeasureState
from services.tasks.measures.domain_rules import MeasureRules, Proposal, Seen, propose, shipped_rules
from services.tasks.measures.service import decline, lift, new_measure, take
from services.tasks.measures.service import propose as enter
from shared.database import Tx

RULES = Actor(id="measure-rules", role="rule")


async def propose_due(tx: Tx, *, entered_at: datetime, rules: MeasureRules | None = None) -> int:
    """Go by the rules for all tasks that are owed at the transaction's time; give how many measures came of it.

    Args:
        tx: The transaction.
        entered_at: Real time.
        rules: Other rules than the shipped ones.
    """
    deed = await begin(tx, Act(actor=RULES, at=tx.now, recorded_at=tx.now, entered_at=entered_at))
    await _put_away(deed)
    book = rules or shipped_rules()
    wanted = await _proposals(deed, book, None)
    # Between the look and the lock somebody may have moved a task, so what is seen under the lock decides.
    held = await ledger.hold_all(tx.session, wanted)
    seen = await repository.seen_tasks(tx.session, deed.terms.calendar, tx.now, list(held))
    for task_id, proposal in (await _proposals(deed, book, seen)).items():
        _carry_out(deed, held[task_id], proposal, seen[task_id], book.version)
    return len(held)


async def _proposals(deed: Deed, rules: MeasureRules, seen: dict[str, Seen] | None) -> dict[str, Proposal]:
    tx = deed.tx
    if seen is None:
        seen = await repository.seen_tasks(tx.session, deed.terms.calendar, tx.now)
    past = await repository.past_of(tx.session, list(seen))
    found = {
        task_id: propose(rules, one, past[task_id].causes, past[task_id].standing)
        for task_id, one in seen.items()
    }
    return {task_id: proposal for task_id, proposal in found.items() if proposal is not None}


def _carry_out(deed: Deed, held: Held, proposal: Proposal, seen: Seen, version: int) -> None:
    rule = proposal.rule
    row = new_measure(deed, held, rule.kind, rule.reason)
    row.rule, row.rule_version = rule.id, version
    row.inputs, row.causes = dict(seen.inputs), list(proposal.causes)
    (take if rule.automatic else enter)(deed, held, row)


async def _put_away(deed: Deed) -> None:
    """Decline proposals about tasks that are over, and lift the plates of those verified and closed."""
    session = deed.tx.session
    held = await ledger.hold_all(session, {row.task_id for row in await repository.moot(session)})
    # What became so between the look and the lock is seen to on the next day.
    for row in [one for one in await repository.moot(session) if one.task_id in held]:
        if row.state == MeasureState.PROPOSED:
            decline(deed, held[row.task_id], row, "事项已终结，建议失效")
        else:
            await lift(deed, held[row.task_id], row, "事项已复核办结")
