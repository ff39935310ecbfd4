"""Use cases on results of approvals 审批结果: the limit of their claim 认领 is a clock like those of tasks.

Invariant: a record stands in the mirror of tasks under its own kind, with the one unit that has it as its lead; the
engine, its rules, silences and proofs need not know that it is no task. Without a unit the supervision office is told.
"""

from datetime import datetime

from services.notify import repository
from shared.database import Tx
from shared.events.claims import ApprovalReassigned, ApprovalRouted, ClaimAwaited

KIND, CLOCK = "approval_result", "claim"
LONGEST_NUMBER = 40  # Of `tasks.number`; the whole of it stands in the title.


async def await_claim(tx: Tx, event: ClaimAwaited) -> None:
    """Watch the limit of whoever has a result now; one who had it before is told nothing more."""
    revision = tx.cause.revision if tx.cause else 0
    unit = event.unit_id if isinstance(event, ApprovalRouted | ApprovalReassigned) else None
    values = {
        "task_id": event.record_id,
        "kind": KIND,
        "number": event.project_no[:LONGEST_NUMBER],
        "title": event.project_no,
        "answering_unit": unit,
        "revision": revision,
    }
    if not await repository.register_task(tx.session, values):
        return
    await repository.replace_units(tx.session, event.record_id, [(unit, "lead")] if unit else [])
    clock = {
        "task_id": event.record_id,
        "clock": CLOCK,
        "kind": KIND,
        "started_at": event.started_at,
        "recorded_at": event.recorded_at,
        "due_at": event.due_at,
        "printed": False,
        "span": "workdays",
        "amount": event.limit,
        "revision": revision,
    }
    await repository.start_clock(tx.session, clock, now=tx.now)


async def end_claim(tx: Tx, record_id: str, at: datetime) -> None:
    """Tell nothing more about a result."""
    revision = tx.cause.revision if tx.cause else 0
    await repository.stop_clocks(tx.session, record_id, at, revision=revision)
