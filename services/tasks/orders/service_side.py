"""并单, 不受理 and 剔除: what takes an order out of the usual course, each by a named person with a reason."""

from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move, State, signing_units
from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.ledger.domain_leaders import LEADER, leader_deciding
from services.tasks.ledger.domain_permits import check_impartial, check_supervisor
from services.tasks.ledger.service import make_move
from services.tasks.models import OrderRow
from services.tasks.orders import repository
from services.tasks.orders.dispatching import Case, note_step, take_up
from services.tasks.orders.domain import check_reason, check_text, may_merge
from shared.database import Tx
from shared.errors import Conflict
from shared.events.orders import OrderExcluded, OrderMerged, OrderOpened


async def merge(tx: Tx, task_id: str, into: str, reason: str, act: Act) -> OrderRow:
    """Deal with an order in another one of the same caller, or of the same matter and region 并单, as a supervisor.

    Raises:
        NotFound: There is no such order.
        Conflict: They are about different things, or one of them is done or was merged itself.
        Forbidden: Somebody else asks.
        Invalid: There is no reason.
    """
    check_supervisor(act.actor, word="并单")
    said = check_text(reason, what="并单理由", field="reason")
    await ledger.hold_all(
        tx.session, sorted({task_id, into})
    )  # In one order, whichever is merged into which.
    case, main = await take_up(tx, task_id, act), await take_up(tx, into, act)
    _check_merge(case, main)
    await _end(case, said, "merge")
    session = tx.session
    for order in (case.order, *await repository.merged_into(session, task_id)):
        order.merged_into = into
    case.order.blocked, case.order.hard = "", ""
    note_step(case, "merge", reason=said, into=into)
    note_step(main, "merged", reason=said, order=task_id)
    case.deed.publish(OrderMerged(task_id=task_id, order_id=case.order.order_id, into=into), case.held)
    return case.order


def _check_merge(case: Case, main: Case) -> None:
    one, other = case.order, main.order
    if one.task_id == other.task_id:
        raise Conflict("工单不能并入自身", code="order.merge_self", field="into")
    if other.merged_into is not None:
        message = f"工单 {other.task_id} 已并入 {other.merged_into}，请直接并入后者"
        raise Conflict(message, code="order.merge_merged", field="into", into=other.merged_into)
    if State(main.held.task.state) in ENDED:
        message = f"工单 {other.task_id} 已办结或终止，不能再并入"
        raise Conflict(message, code="order.merge_done", field="into", state=main.held.task.state)
    same = may_merge(_about(one), _about(other), caller_known=bool(one.caller))
    if not same:
        message = "并单须为同一诉求人，或同一诉求分类和区划的工单"
        raise Conflict(message, code="order.merge_different", field="into")


def _about(order: OrderRow) -> tuple[str, str, str, str]:
    return order.source_id, order.caller, order.category, order.region_code


async def _end(case: Case, reason: str, step: str) -> None:
    command = MoveCommand(
        task_id=case.order.task_id, move=Move.CANCEL, reason=reason, step=step, by_office=True
    )
    await make_move(case.deed, case.held, command)


async def refuse(tx: Tx, task_id: str, code: str, note: str, act: Act) -> OrderRow:
    """Not take up an order 不受理 for a reason of the list, and those merged into it, as a supervisor.

    Raises:
        NotFound: There is no such order.
        Conflict: It is done.
        Forbidden: Somebody else asks.
        Invalid: The reason is none of the list, or needs words.
    """
    check_supervisor(act.actor, word="决定不受理")
    case = await take_up(tx, task_id, act)
    word = check_reason(code, case.rules.refusals, what="不受理")
    said = check_text(note, what="不受理说明", field="note") if code == "other" else note.strip()
    await _end(case, word, "refuse")
    case.order.blocked, case.order.hard = "", ""
    note_step(case, "refuse", reason=said, code=code)
    for order in (case.order, *await repository.merged_into(tx.session, task_id)):
        order.refusal = code
        held = case.held if order is case.order else await ledger.hold(tx.session, order.task_id)
        event = OrderOpened(task_id=order.task_id, order_id=order.order_id, refusal=code)
        case.deed.publish(event, held)
    return case.order


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Why an order counts in no rate 剔除, and which leader approved; with `excluded` false it counts again."""

    excluded: bool = True
    reason: str = ""
    note: str = ""
    decided_by_name: str = ""


async def exclude(tx: Tx, task_id: str, said: Exclusion, act: Act) -> OrderRow:
    """Take an order out of all rates, or back in, as a leader or on a leader's behalf.

    Raises:
        NotFound: There is no such order.
        Conflict: It is so already.
        Forbidden: Somebody else asks, or one of the unit that deals with it.
        Invalid: The reason is none of the list, or the leader is missing.
    """
    case = await take_up(tx, task_id, act)
    order = case.order
    if act.actor.role != LEADER:
        check_impartial(act.actor, signing_units(case.held.units), word="录入剔除决定")
    approver = leader_deciding(act.actor, said.decided_by_name, word="剔除")
    if bool(order.excluded) is said.excluded:
        message = "该单已剔除" if said.excluded else "该单没有被剔除"
        raise Conflict(message, code="order.excluded_already", field="excluded")
    code = said.reason if said.excluded else order.excluded
    check_reason(code, case.rules.exclusions, what="剔除")
    note = (
        check_text(said.note, what="说明", field="note")
        if code == "other" or not said.excluded
        else said.note
    )
    order.excluded = code if said.excluded else ""
    order.excluded_by = approver if said.excluded else ""
    note_step(case, "exclude", reason=note, code=code, excluded=said.excluded, approved_by=approver)
    event = OrderExcluded(
        task_id=task_id, order_id=order.order_id, reason=code, approved_by=approver, excluded=said.excluded
    )
    case.deed.publish(event, case.held)
    return order
