"""退单: a unit gives an order back, a named reviewer decides 派单异议审核, and 疑难工单 are settled in two steps.

Invariant: the clock of the answer goes on while a return waits, so that nobody gains time by it; nobody decides about
their own unit.
"""

from dataclasses import dataclass, replace

from services.tasks.acts import Act
from services.tasks.ledger import clocks
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import CONTACT, FINISH, Move, signing_units
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_permits import check_impartial, unit_acting
from services.tasks.ledger.service import make_move
from services.tasks.models import OrderHopRow, OrderRow
from services.tasks.orders import repository
from services.tasks.orders.choosing import check_unit
from services.tasks.orders.dispatching import Case, Dispatch, choose_by_hand, hand_out, note_step, take_up
from services.tasks.orders.domain import check_hops, check_reason, check_return, check_text, is_shirking
from services.tasks.orders.proposing import propose_shirking
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.orders import OrderReturned


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Why a unit gives an order back: a reason of the list, and what it says beside it."""

    reason: str
    note: str = ""
    on_behalf_of: str | None = None


async def return_order(tx: Tx, task_id: str, said: Return, act: Act) -> OrderRow:
    """Ask for an order to be taken back 退单, as the head of the unit that has it.

    Raises:
        NotFound: There is no such order.
        Conflict: Its limit is over, a return waits, or it was settled as 疑难工单.
        Forbidden: Somebody else asks.
        Invalid: The reason is none of the list, or needs words.
    """
    case = await take_up(tx, task_id, act)
    order, held = case.order, case.held
    word = check_reason(said.reason, case.rules.return_reasons, what="退单")
    note = (
        check_text(said.note, what="退单说明", field="note") if said.reason == "other" else said.note.strip()
    )
    check_return(act.at, order.return_due_at, order.hard)
    command = MoveCommand(
        task_id=task_id, move=Move.OBJECT, reason=word, on_behalf_of=said.on_behalf_of, step="return"
    )
    await make_move(case.deed, held, command)
    hop = await repository.hop_of(tx.session, task_id, order.hop)
    hop.returned_at, hop.returned_by, hop.granted = act.at, act.actor.id, None
    hop.return_reason, hop.return_note, hop.opinion = said.reason, note, ""
    note_step(case, "return", unit=hop.unit_id, reason=note, hop=order.hop, code=said.reason)
    _tell(case, hop)
    if is_shirking(order.hop, hop.refusals, case.rules.shirk_hops):
        await propose_shirking(case, hop)
    return order


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the reviewer decides about a return; with `unit_id` the order goes on to that unit at once."""

    grant: bool
    opinion: str
    unit_id: str | None = None
    cooperating: tuple[str, ...] = ()


async def decide_return(tx: Tx, task_id: str, said: Ruling, act: Act) -> OrderRow:
    """Decide about a return 派单异议审核, as a supervisor of another unit.

    Raises:
        NotFound: There is no such order or unit.
        Conflict: No return waits, or the order is to be decided as 疑难工单.
        Forbidden: Somebody else asks.
        Invalid: The opinion is missing, or a refusal names a unit.
    """
    case = await take_up(tx, task_id, act)
    check_impartial(act.actor, signing_units(case.held.units), word="审核派单异议")
    opinion = check_text(said.opinion, what="审核意见", field="opinion")
    if said.unit_id is not None and not said.grant:
        message = "不同意退单时不能指定下一单位（unit_id），请去掉"
        raise Invalid(message, code="order.unit_senseless", field="unit_id")
    if case.order.hop < 1:
        raise Conflict("该单没有待审核的退单", code="order.no_return", field="id")
    hop = await repository.hop_of(tx.session, task_id, case.order.hop)
    if hop.returned_at is None or hop.granted is not None:
        raise Conflict("该单没有待审核的退单", code="order.no_return", field="id")
    hop.granted, hop.opinion = said.grant, opinion
    hop.decided_at, hop.decided_by = act.at, act.actor.id
    note_step(case, "decide", unit=hop.unit_id, reason=opinion, hop=hop.number, granted=said.grant)
    if said.grant:
        await _grant(case, said, opinion)
    else:
        hop.refusals += 1
        await make_move(
            case.deed,
            case.held,
            MoveCommand(task_id=task_id, move=Move.DISMISS, reason=opinion, step="decide", by_office=True),
        )
    _tell(case, hop)
    return case.order


async def _grant(case: Case, said: Ruling, opinion: str) -> None:
    """Let a unit go: on to the next one, back to the list, or to be settled as 疑难工单 after so many hops."""
    if said.unit_id is not None:
        check_hops(case.order.hop, case.rules.hops)
        next_unit = Dispatch(unit_id=said.unit_id, cooperating=said.cooperating, reason=opinion)
        await hand_out(case, await choose_by_hand(case, next_unit, how="manual"), reason=opinion)
        return
    await _take_back(case, opinion)
    if case.order.hop >= case.rules.hops:
        case.order.blocked, case.order.hard = "hard", "industry"
    else:
        case.order.blocked = "returned"


async def _take_back(case: Case, reason: str) -> None:
    """Leave an order without a unit; no clock runs until it is dispatched again."""
    for name in (FINISH, CONTACT):
        await clocks.end_for_good(case.deed, case.held, name)
    command = MoveCommand(
        task_id=case.order.task_id, move=Move.UNASSIGN, reason=reason, step="decide", by_office=True
    )
    await make_move(case.deed, case.held, command)
    case.order.return_due_at, case.order.contact_due_at = None, None


def _tell(case: Case, hop: OrderHopRow) -> None:
    event = OrderReturned(
        task_id=case.order.task_id,
        order_id=case.order.order_id,
        unit_id=hop.unit_id,
        reason=hop.return_reason,
        hop=hop.number,
        granted=hop.granted,
    )
    case.deed.publish(event, case.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A unit that is named for a 疑难工单, and why."""

    unit_id: str
    reason: str
    on_behalf_of: str | None = None


async def name_industry(tx: Tx, task_id: str, said: Naming, act: Act) -> OrderRow:
    """Name the 行业主管 of a 疑难工单, as the head of 组织部 or a supervisor on its behalf.

    Raises:
        NotFound: There is no such order or unit.
        Conflict: It is no 疑难工单 that waits for this, 组织部 is not configured, or the unit is of the grass roots.
        Forbidden: Somebody else asks.
        Invalid: There is no reason.
    """
    case = await take_up(tx, task_id, act)
    _check_hard(case, "industry")
    organisation = case.rules.organisation_unit
    if organisation is None:
        message = "未配置组织部单位（organisation_unit），请先在工单规则中设置"
        raise Conflict(message, code="order.organisation_unset", field="id")
    unit = unit_acting(act.actor, organisation, said.on_behalf_of, word="明确行业主管")
    reason = check_text(said.reason, what="明确行业主管的理由", field="reason")
    await check_unit(tx.session, case.rules, case.matter, said.unit_id)
    case.order.industry_unit, case.order.hard = said.unit_id, "handler"
    note_step(case, "name_industry", unit=unit, reason=reason, named=said.unit_id)
    return case.order


async def name_handler(tx: Tx, task_id: str, said: Naming, act: Act) -> OrderRow:
    """Name the unit that deals with a 疑难工单, as the head of its 行业主管 or a supervisor on its behalf.

    Raises:
        NotFound: There is no such order or unit.
        Conflict: It is no 疑难工单 that waits for this, or the unit is of the grass roots.
        Forbidden: Somebody else asks.
        Invalid: There is no reason.
    """
    case = await take_up(tx, task_id, act)
    _check_hard(case, "handler")
    unit = unit_acting(act.actor, case.order.industry_unit, said.on_behalf_of, word="明确承办单位")
    reason = check_text(said.reason, what="明确承办单位的理由", field="reason")
    named = Dispatch(unit_id=said.unit_id, reason=reason)
    choice = await choose_by_hand(case, named, how="hard")
    await hand_out(_as_rule(case), choice, reason=reason)
    case.order.hard = "settled"
    note_step(case, "name_handler", unit=unit, reason=reason, named=said.unit_id)
    return case.order


def _check_hard(case: Case, stage: str) -> None:
    if case.order.hard != stage:
        words = {"industry": "待明确行业主管", "handler": "待行业主管明确承办单位"}
        message = f"该单不是“{words[stage]}”的疑难工单，不能这样办理"
        raise Conflict(message, code="order.not_hard", field="id", hard=case.order.hard)


def _as_rule(case: Case) -> Case:
    """Let the dispatch that follows from a naming be made by rule: the moves of a dispatch are the office's."""
    act = replace(case.deed.act, actor=Actor(id=case.deed.act.actor.id, role="supervisor"))
    return Case(replace(case.deed, act=act), case.order, case.held, case.rules)
