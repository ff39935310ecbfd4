"""The limits of claims counted anew when the working calendar changes; one that is over stays as it was missed."""

from services.tasks.acts import Act
from services.tasks.approvals import repository
from services.tasks.approvals.records import Case, note_step, routed, tell
from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.recounting import Calendars
from shared.database import Tx


async def recount_claims(tx: Tx, change: Calendars, act: Act) -> int:
    """Move the limits of the results that nobody claimed yet; give how many moved."""
    rules, moved = await repository.rules_now(tx.session), 0
    for row in await repository.unclaimed(tx.session):
        limit = Limit(row.limit_workdays, Span.WORKDAYS)
        due_at = limit.recount(row.started_at, row.due_at, change.before, change.after)
        if due_at == row.due_at or min(due_at, row.due_at) <= act.at:
            continue
        case, before = Case(tx, act, row, rules, change.after), row.due_at
        row.due_at = due_at
        note_step(case, "recounted", unit=row.unit_id, due_at=[before.isoformat(), due_at.isoformat()])
        tell(case, routed(case))
        moved += 1
    return moved
