"""认领, 退回, 改派 and the first supervision: the deeds of people on a result of an approval.

Invariant: who has a result now has one limit; giving it back or handing it on begins the limit of the next.
"""

from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.approvals.domain import (
    State,
    check_hops,
    check_pending,
    check_reassign,
    check_supervision,
    check_words,
)
from services.tasks.approvals.records import (
    awaited,
    keyed,
    note_step,
    reassigned,
    take_up,
    tell,
    wait_for,
)
from services.tasks.dispatch.repository import living_unit
from services.tasks.ledger.domain_permits import check_supervisor, unit_acting
from services.tasks.models import ApprovalRow
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Invalid
from shared.events.claims import ApprovalClaimed, ApprovalDeclined, ApprovalSupervised


async def claim(tx: Tx, record_id: str, act: Act) -> ApprovalRow:
    """Claim a result 认领, as the head of the unit that has it or a supervisor in its stead.

    Raises:
        NotFound: There is none.
        Conflict: It does not wait to be claimed.
        Forbidden: Somebody else asks.
    """
    case = await take_up(tx, record_id, act)
    row = case.row
    unit = check_pending(row.state, row.unit_id, word="认领")
    unit_acting(act.actor, unit, None, word="认领审批结果")
    row.state, row.claimed_at, row.claimed_by = State.CLAIMED, act.at, act.actor.id
    row.late = act.at > row.due_at
    note_step(case, "claimed", unit=unit, late=row.late)
    tell(case, ApprovalClaimed(**keyed(row), unit_id=unit, claimed_at=act.at, late=row.late))
    return row


async def decline(tx: Tx, record_id: str, reason: str, act: Act) -> ApprovalRow:
    """Give a result back 退回 that is not the unit's own; the supervision office finds another.

    Raises:
        NotFound: There is none.
        Conflict: It does not wait to be claimed, or went through too many hands.
        Forbidden: Somebody else asks.
        Invalid: There is no reason.
    """
    case = await take_up(tx, record_id, act)
    row = case.row
    unit = check_pending(row.state, row.unit_id, word="退回")
    unit_acting(act.actor, unit, None, word="退回审批结果")
    words = check_words(reason, what="退回理由（为何不属本单位）", field="reason")
    check_hops(row.hop, case.rules.hops)
    wait_for(case, None, State.DECLINED)
    note_step(case, "declined", unit=unit, reason=words, hop=row.hop)
    tell(case, ApprovalDeclined(**awaited(case), unit_id=unit))
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassignment:
    """The unit that has to claim it, and why that one."""

    unit_id: str
    reason: str


async def reassign(tx: Tx, record_id: str, said: Reassignment, act: Act) -> ApprovalRow:
    """Hand a result that nobody claimed to a unit 改派, as a supervisor.

    Raises:
        NotFound: There is none.
        Conflict: It was claimed, or that unit has it.
        Forbidden: Somebody else asks.
        Invalid: The unit is unknown or a collective, or there is no reason.
    """
    check_supervisor(act.actor, word="改派审批结果")
    case = await take_up(tx, record_id, act)
    row = case.row
    unit = await living_unit(tx.session, said.unit_id)
    if unit is None:
        message = f"单位 {said.unit_id} 不存在或是统称，不能认领，请填具体单位（GET /units）"
        raise Invalid(message, code="approval.unit_unknown", field="unit_id")
    check_reassign(row.state, row.unit_id, unit)
    words = check_words(said.reason, what="改派理由", field="reason")
    row.how, row.rule_id = "manual", None
    wait_for(case, unit, State.PENDING)
    note_step(case, "reassigned", unit=unit, reason=words, hop=row.hop)
    tell(case, reassigned(case, unit))
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSupervision:
    """When the first supervision of what was approved took place, and the number of its record."""

    on: date
    note: str


async def supervise(tx: Tx, record_id: str, said: FirstSupervision, act: Act) -> ApprovalRow:
    """Record that supervision began 监管已开展, as the head of the unit that claimed.

    Raises:
        NotFound: There is none.
        Conflict: It was not claimed, or has one already.
        Forbidden: Somebody else asks.
        Invalid: The day or the number of the record makes no sense.
    """
    case = await take_up(tx, record_id, act)
    row = case.row
    check_supervision(row.state, said.on, row.decided_at, local_date(act.at))
    unit = unit_acting(act.actor, row.unit_id, None, word="登记首次监管")
    note = check_words(said.note, what="监管记录编号", field="note")
    row.state, row.supervised_on, row.supervised_note = State.SUPERVISED, said.on, note
    note_step(case, "supervised", unit=unit, reason=note, on=said.on.isoformat())
    tell(case, ApprovalSupervised(**keyed(row), unit_id=unit, on=said.on))
    return row
