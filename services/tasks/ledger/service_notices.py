"""What recipients were told last about the clocks of a task, as the deadline engine reports it."""

from services.tasks.models import ToldRow
from shared.database import Tx
from shared.events.deadlines import NoticeIssued


async def record_notice(tx: Tx, notice: NoticeIssued) -> None:
    """Remember the last rung told to a recipient about a clock; an older notice changes nothing.

    The task need not be known yet: the two feeds have no common order.
    """
    row = await tx.session.get(ToldRow, (notice.task_id, notice.clock, notice.recipient))
    if row is None:
        row = ToldRow(task_id=notice.task_id, clock=notice.clock, recipient=notice.recipient)
        tx.session.add(row)
    elif (row.due_at, row.decided_at) > (notice.due_at, notice.decided_at):
        return
    row.notice_id, row.rung, row.offset_days = notice.notice_id, notice.rung, notice.offset_days
    row.occurrence, row.due_at, row.decided_at = notice.occurrence, notice.due_at, notice.decided_at
    row.late = notice.late
