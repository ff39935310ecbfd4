"""重开: an order whose caller was not content is with its unit again, under fresh limits.

Invariant: a bad answer is about what was answered before it; one that is older than the last answer opens nothing.
"""

from datetime import datetime

from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.service import make_move
from services.tasks.orders import repository
from services.tasks.orders.dispatching import Case, begin_clocks, note_step, take_up

ANSWERED = frozenset({State.SUBMITTED, State.CLOSED})


async def reopen_bad(case: Case, said_at: datetime) -> bool:
    """Open an order again that a caller was not content with at `said_at`; tell whether it was."""
    if case.order.merged_into is not None:
        case = await take_up(case.deed.tx, case.order.merged_into, case.deed.act)
    order, held = case.order, case.held
    if State(held.task.state) not in ANSWERED or order.answered_at is None or said_at < order.answered_at:
        return False
    begin_clocks(case)
    for one in (order, *await repository.served_by(case.deed.tx.session, order.task_id)):
        one.answered_at, one.answer_late, one.resolved, one.closed_at = None, None, None, None
    order.reopened += 1
    command = MoveCommand(
        task_id=order.task_id,
        move=Move.REOPEN,
        reason="回访不满意或未解决，重新办理",
        step="reopen",
        by_office=True,
    )
    await make_move(case.deed, held, command)
    note_step(case, "reopen", number=order.reopened)
    return True
