"""Use case of proposals 建议: a named person decides; the task that one becomes is registered as any other.

Invariant: a referral 移送 names nobody in its event and leaves no trace in the history of its task, which all units may
read.
"""

from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.domain_leaders import leader_deciding
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import OrderProposalRow, OrderRow, TaskRow
from services.tasks.orders.domain import check_text
from services.tasks.orders.domain_proposals import (
    PROPOSAL_WORDS,
    ProposalKind,
    ProposalState,
    check_open,
    check_target,
)
from services.tasks.orders.repository import get_order
from services.tasks.problems.service import Problem, register_problem
from shared.database import Tx
from shared.errors import Invalid, NotFound
from shared.events.orders import OrderReferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided about a proposal.

    Attributes:
        make: The kind of task that orders become; `units` answer for it, the first for the whole.
        to: Whom shirking is referred to.
        decided_by_name: Post or code of the one who approves a referral; a leader may leave it out.
    """

    accept: bool
    reason: str
    make: str | None = None
    units: tuple[str, ...] = ()
    title: str = ""
    deadline: date | None = None
    to: str | None = None
    decided_by_name: str = ""


async def decide_proposal(tx: Tx, proposal_id: str, said: Decision, act: Act) -> OrderProposalRow:
    """Decide about a proposal: as a supervisor, and about a referral as a leader or on a leader's behalf.

    Raises:
        NotFound: There is no such proposal or unit.
        Conflict: It was decided before.
        Forbidden: Somebody else asks.
        Invalid: Something is missing or makes no sense.
    """
    row = await _get(tx, proposal_id)
    check_open(row.state)
    reason = check_text(said.reason, what="决定理由", field="reason")
    check_target(row.kind, said.make, said.to, accept=said.accept)
    if row.kind == ProposalKind.SHIRKING:
        row.decided_by_name = leader_deciding(act.actor, said.decided_by_name, word="移送")
    else:
        check_supervisor(act.actor, word="决定立项建议")
    row.decided_at, row.decided_by, row.reason = act.at, act.actor.id, reason
    row.state = ProposalState.ACCEPTED if said.accept else ProposalState.DISMISSED
    if said.accept and row.kind == ProposalKind.SHIRKING:
        await _refer(tx, row, said, act)
    elif said.accept:
        row.task_id = (await _register(tx, row, said, act)).id
    return row


async def _get(tx: Tx, proposal_id: str) -> OrderProposalRow:
    row = await tx.session.get(OrderProposalRow, proposal_id, with_for_update=True)
    if row is None:
        message = f"没有编号为 {proposal_id} 的工单建议，请核对"
        raise NotFound(message, code="order_proposal.not_found", field="id")
    return row


async def _refer(tx: Tx, row: OrderProposalRow, said: Decision, act: Act) -> None:
    row.referred_to = said.to
    order: OrderRow = await get_order(tx.session, row.about)
    task = await tx.session.get_one(TaskRow, order.task_id)
    event = OrderReferred.model_validate(
        {"task_id": order.task_id, "order_id": order.order_id, "to": said.to}
    )
    tx.publish(event, time=act.at, revision=task.revision)


async def _register(tx: Tx, row: OrderProposalRow, said: Decision, act: Act) -> TaskRow:
    """Register the task by the same doors as any other; `client_ref` keeps it one."""
    if not said.units:
        message = "采纳立项建议须指明承办单位（units）"
        raise Invalid(message, code="order_proposal.units", field="units")
    title = said.title.strip() or _title(row)
    body = f"由 {len(row.orders)} 件12345工单提出：{'、'.join(row.orders)}"
    ref = f"order-proposal {row.id}"
    if said.make == "problem":
        problem = Problem(title=title, body=body, units=said.units, deadline=said.deadline, client_ref=ref)
        return await register_problem(tx, problem, act)
    entry = Entry(
        kind="instruction",
        title=title,
        body=body,
        units=(("lead", said.units[0]), *(("responsible", unit) for unit in said.units[1:])),
        source="hotline",
        source_ref=row.id,
        deadline=said.deadline,
        client_ref=ref,
    )
    return await register_by_hand(tx, entry, act)


def _title(row: OrderProposalRow) -> str:
    about = str(row.inputs.get("category") or "")
    return (
        f"12345{PROPOSAL_WORDS[row.kind]}督办：{about}" if about else f"12345{PROPOSAL_WORDS[row.kind]}督办"
    )
