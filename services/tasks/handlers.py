"""What the group `tasks` does with the events that it reads."""

from services.tasks.asks.service import record_reminder
from services.tasks.ledger.service_notices import record_notice
from shared.database import Tx
from shared.events.deadlines import NoticeIssued, ReportReminded
from shared.streams import Handlers

GROUP = "tasks"  # Renaming this starts a new group: every stream is read again.


async def on_notice_issued(tx: Tx, event: NoticeIssued) -> None:
    """Keep what was told about a task beside it."""
    await record_notice(tx, event)


async def on_report_reminded(tx: Tx, event: ReportReminded) -> None:
    """Keep when a unit was told that its report is asked for."""
    await record_reminder(tx, event)


def build_handlers() -> Handlers:
    """List the events of this group with their handlers."""
    handlers = Handlers(GROUP)
    handlers.on(NoticeIssued, on_notice_issued)
    handlers.on(ReportReminded, on_report_reminded)
    return handlers
