"""Use cases around a debt: a complaint found true and replied to, court, 回头看, and the units' monthly totals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.tasks.acts import Act
from services.tasks.arrears.domain import (
    COMPLAINT,
    COMPLAINT_LIMIT,
    check_past,
    check_total,
    month_end,
    to_fen,
)
from services.tasks.arrears.service import hold_debt
from services.tasks.attachments.evidence import require_evidence
from services.tasks.ledger import clocks
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import AT_REST, RUNNING, Move, State
from services.tasks.ledger.domain_permits import check_supervisor, is_supervisor, unit_acting
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import known_units
from services.tasks.ledger.service import move_task
from services.tasks.models import ArrearsReportRow, DebtRow
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid


async def verify_complaint(tx: Tx, task_id: str, act: Act) -> DebtRow:
    """Find a complaint true 查实: an undisputed debt is then due one month later, which only ever brings it forward.

    Raises:
        NotFound: There is no such debt.
        Conflict: It came from no complaint, or was found true before.
        Forbidden: Somebody else than a supervisor asks.
    """
    check_supervisor(act.actor, word="核实欠款投诉")
    held, account = await hold_debt(tx, task_id)
    row, deed, today = account.row, await begin(tx, act), local_date(act.at)
    if held.task.source != COMPLAINT or row.verified_on is not None:
        message = f"欠款 {task_id} 不是投诉来源，或已于 {row.verified_on} 核实"
        raise Conflict(message, code="arrears.not_verifiable", field="id")
    row.verified_on, old = today, held.task.deadline
    day = local_date(COMPLAINT_LIMIT.due_after(act.at, deed.terms.calendar))
    due = old if old is not None and old < day else day
    moves = not row.disputed and State(held.task.state) not in AT_REST and due != old
    if moves:
        held.task.deadline, held.task.deadline_set = due, True
    changes = {"deadline": [old.isoformat() if old else None, due.isoformat()]} if moves else {}
    note(deed, held, Note(step="arrears.verify", changes=changes))
    if moves:
        announce(deed, held)
        clocks.set_deadline(deed, held, due)
    settle(deed, held)
    return row


async def leave_out(tx: Tx, task_id: str, proof: str, act: Act) -> DebtRow:
    """Leave a debt out of the ledger since it went to court 司法程序; its task is suspended meanwhile.

    Raises:
        NotFound: There is no such debt.
        Conflict: It is left out already.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The proof (attachment id or case number) is missing.
    """
    check_supervisor(act.actor, word="认定进入司法程序")
    held, account = await hold_debt(tx, task_id)
    row = account.row
    if not proof.strip():
        raise Invalid("进入司法程序须附证明（附件编号或案号）", code="arrears.proof_missing", field="proof")
    if row.judicial_on is not None:
        message = f"欠款 {task_id} 已于 {row.judicial_on} 认定进入司法程序"
        raise Conflict(message, code="arrears.in_court", field="id")
    await require_evidence(tx.session, task_id, [proof], field="proof")
    row.judicial_on, row.judicial_proof = local_date(act.at), proof.strip()
    deed = await begin(tx, act)
    note(deed, held, Note(step="arrears.leave_out", changes={"proof": row.judicial_proof}))
    settle(deed, held)
    if State(held.task.state) in RUNNING:
        reason = f"进入司法程序：{row.judicial_proof}"
        await move_task(tx, MoveCommand(task_id=task_id, move=Move.SUSPEND, reason=reason), act)
    return row


async def take_back(tx: Tx, task_id: str, reason: str, act: Act) -> DebtRow:
    """Take a debt back into the ledger, since the court sees to it no more; its task goes on.

    Raises:
        NotFound: There is no such debt.
        Conflict: It is not left out.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The reason is missing.
    """
    check_supervisor(act.actor, word="恢复欠款")
    held, account = await hold_debt(tx, task_id)
    row = account.row
    if not reason.strip():
        raise Invalid("恢复欠款必须说明理由", code="arrears.reason_missing", field="reason")
    if row.judicial_on is None:
        raise Conflict(f"欠款 {task_id} 未进入司法程序", code="arrears.not_in_court", field="id")
    row.judicial_on = None
    deed = await begin(tx, act)
    note(deed, held, Note(step="arrears.take_back", reason=reason))
    settle(deed, held)
    if State(held.task.state) is State.SUSPENDED:
        await move_task(tx, MoveCommand(task_id=task_id, move=Move.RESUME), act)
    return row


async def reply(tx: Tx, task_id: str, said: str, act: Act, *, on_behalf_of: str | None = None) -> DebtRow:
    """Keep what the complainant was told 事事有回音, as the head of the unit or a supervisor; the last reply stands.

    Raises:
        NotFound: There is no such debt.
        Conflict: Nobody complained.
        Forbidden: Somebody else asks.
        Invalid: The reply is empty.
    """
    held, account = await hold_debt(tx, task_id)
    unit = unit_acting(act.actor, held.task.answering_unit, on_behalf_of, word="回复投诉人")
    if held.task.source != COMPLAINT:
        raise Conflict(f"欠款 {task_id} 不是投诉来源，无投诉人", code="arrears.no_complaint", field="id")
    if not said.strip():
        raise Invalid("请填写回复情况", code="arrears.reply_missing", field="reply")
    row, deed = account.row, await begin(tx, act)
    row.replied_on, row.reply = local_date(act.at), said.strip()
    note(deed, held, Note(step="arrears.reply", unit=unit, reason=said))
    settle(deed, held)
    return row


async def look_back(tx: Tx, task_id: str, said: str, act: Act, *, recurred: bool) -> DebtRow:
    """Keep what a 回头看 at a settled debt found; one that is owed again is reopened.

    Raises:
        NotFound: There is no such debt.
        Conflict: It is not closed.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: What was found is missing.
    """
    check_supervisor(act.actor, word="开展“回头看”")
    held, account = await hold_debt(tx, task_id)
    row = account.row
    if held.task.state != State.CLOSED:
        raise Conflict(f"欠款 {task_id} 尚未销号，不作“回头看”", code="arrears.not_closed", field="id")
    if not said.strip():
        raise Invalid("请填写“回头看”情况", code="arrears.finding_missing", field="finding")
    row.looked_back_on, row.look_back = local_date(act.at), said.strip()
    deed = await begin(tx, act)
    note(deed, held, Note(step="arrears.look_back", reason=said, changes={"recurred": recurred}))
    settle(deed, held)
    if recurred:
        await move_task(tx, MoveCommand(task_id=task_id, move=Move.REOPEN, reason=said), act)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalOrder:
    """What a unit reports as its whole arrears at the end of a month; nothing at all is a 零报告."""

    unit: str
    month: str
    debts: int = 0
    amount: Decimal = Decimal(0)
    on_behalf_of: str | None = None


async def report_total(tx: Tx, said: TotalOrder, act: Act) -> ArrearsReportRow:
    """Keep a unit's total of a month, as its head or a supervisor; the same again changes nothing.

    Raises:
        Conflict: The unit has reported otherwise before; only a supervisor corrects that.
        Forbidden: Somebody else asks.
        Invalid: The unit is unknown, the month is none or not begun, or debts and amount don't go together.
    """
    unit = unit_acting(act.actor, said.unit, said.on_behalf_of, word="报送欠款总账")
    await known_units(tx.session, [("lead", unit)])
    check_past(month_end(said.month).replace(day=1), local_date(act.at), field="month")
    amount = to_fen(said.amount, zero=True)
    check_total(said.debts, amount)
    row = await tx.session.get(ArrearsReportRow, (unit, said.month))
    if row is not None and (row.debts, row.amount) == (said.debts, amount):
        return row
    if row is not None and not is_supervisor(act.actor):
        message = f"单位 {unit} 已报送 {said.month} 总账，如有错误请由督查人员更正"
        raise Conflict(message, code="arrears.reported", field="month")
    if row is None:
        row = ArrearsReportRow(unit_id=unit, month=said.month)
        tx.session.add(row)
    row.debts, row.amount, row.reported_at, row.reported_by = said.debts, amount, act.at, act.actor.id
    return row


def total_day(month: str, today: date) -> date:
    """Give the day for which a month's ledger is drawn up: its last, or today while it runs.

    Raises:
        Invalid: It is no month, or has not begun.
    """
    end = month_end(month)
    check_past(end.replace(day=1), today, field="month")
    return min(end, today)
