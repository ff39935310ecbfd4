"""派单: an order is handed to a unit, and its clocks begin at once, not when the unit signs.

Invariant: one hop is one row; `due_at` of the row and of the event is that of the clock `finish`.
"""

from dataclasses import dataclass, field

from services.tasks.acts import Act
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import CONTACT, FINISH, Move, RoleName, State
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.repository import Held
from services.tasks.ledger.service import make_move
from services.tasks.models import OrderHopRow, OrderRow, OrderStepRow
from services.tasks.orders import repository
from services.tasks.orders.choosing import Choice, Matter, check_unit, cooperating
from services.tasks.orders.domain import check_hops, check_text
from services.tasks.orders.domain_rules import Rules
from services.tasks.orders.repository_directory import living_ids
from shared.clock import end_of_day, local_date
from shared.database import Tx
from shared.errors import Conflict
from shared.events.orders import OrderDispatched


@dataclass(slots=True)
class Case:
    """An order in hand: its rows, its task as it is held, and the rules that it runs by."""

    deed: Deed
    order: OrderRow
    held: Held
    rules: Rules

    @property
    def matter(self) -> Matter:
        """What decides who deals with it."""
        return matter_of(self.order, self.deed.act)


def matter_of(order: OrderRow, act: Act) -> Matter:
    """Give what decides who deals with an order."""
    return Matter(
        category=order.category,
        region_code=order.region_code,
        unit_code=order.unit_code,
        enterprise=order.enterprise,
        on=local_date(act.at),
    )


async def take_up(tx: Tx, task_id: str, act: Act) -> Case:
    """Lock an order and its task for a step.

    Raises:
        NotFound: There is none.
    """
    await repository.get_order(tx.session, task_id)
    held = await ledger.hold(tx.session, task_id)
    order = await repository.get_order(tx.session, task_id)
    await tx.session.refresh(order)  # As it is under the lock.
    rules = await repository.rules_of(tx.session, order)
    return Case(Deed(tx, act, await repository.terms_of(tx.session)), order, held, rules)


def note_step(case: Case, step: str, *, unit: str | None = None, reason: str = "", **details: object) -> None:
    """Write down a step of an order."""
    act, order = case.deed.act, case.order
    order.steps += 1
    row = OrderStepRow(task_id=order.task_id, number=order.steps, step=step, reason=reason.strip())
    row.at, row.entered_at, row.by, row.unit_id = act.at, act.entered_at, act.actor.id, unit
    row.details = dict(details)
    case.deed.tx.session.add(row)


async def hand_out(case: Case, choice: Choice, *, reason: str = "", placed: bool = False) -> None:
    """Hand an order to the unit of a choice; `placed` when its task was registered with the units already."""
    order, held, act = case.order, case.held, case.deed.act
    begin_clocks(case)
    units: tuple[tuple[RoleName, str], ...] = (
        ("lead", str(choice.unit_id)),
        *(("cooperating", one) for one in choice.cooperating),
    )
    command = MoveCommand(
        task_id=order.task_id,
        move=Move.ASSIGN if placed else Move.REASSIGN,
        units=() if placed else units,
        reason=reason,
        step="dispatch",
        by_office=True,
    )
    await make_move(case.deed, held, command)
    order.hop, order.blocked, order.dispatched_at = order.hop + 1, "", act.at
    order.return_due_at = case.rules.return_limit.due_after(act.at, case.deed.terms.calendar)
    due_at = held.clocks[FINISH].due_at
    case.deed.tx.session.add(_hop(case, choice, reason))
    event = OrderDispatched(
        task_id=order.task_id,
        order_id=order.order_id,
        unit_id=str(choice.unit_id),
        hop=order.hop,
        by_directory=choice.how == "directory",
        due_at=due_at,
    )
    case.deed.publish(event, held)


def begin_clocks(case: Case) -> None:
    """Let the answer and the first contact be owed anew with the next move."""
    order, rules = case.order, case.rules
    latest = end_of_day(order.due_on) if order.due_on else None
    case.held.anew = {
        FINISH: rules.answer_limit(order.kind, latest, urgent=order.urgent),
        CONTACT: rules.contact_limit,
    }
    start, calendar = case.deed.act.at, case.deed.terms.calendar
    order.contact_due_at = rules.contact_limit.due_after(start, calendar)
    order.contacted_at, order.contact_late = None, None
    order.answered_at, order.answer_late, order.resolved, order.closed_at = None, None, None, None


def _hop(case: Case, choice: Choice, reason: str) -> OrderHopRow:
    order, act = case.order, case.deed.act
    return OrderHopRow(
        task_id=order.task_id,
        number=order.hop,
        unit_id=str(choice.unit_id),
        cooperating=list(choice.cooperating),
        how=choice.how,
        rule_id=choice.rule_id,
        at=act.at,
        by=act.actor.id,
        reason=reason.strip(),
        due_at=case.held.clocks[FINISH].due_at,
        returned_by="",
        return_reason="",
        return_note="",
        decided_by="",
        opinion="",
        refusals=0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A person's choice of the unit; `reason` says why."""

    unit_id: str
    cooperating: tuple[str, ...] = field(default=())
    reason: str


async def dispatch_by_hand(tx: Tx, task_id: str, said: Dispatch, act: Act) -> OrderRow:
    """Dispatch an order that waits for a person, or 改派 one that a unit has.

    Raises:
        NotFound: There is no such order or unit.
        Conflict: It is done, is to be decided as 疑难工单, has that unit already, or the unit may not be given it.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: There is no reason.
    """
    check_supervisor(act.actor, word="派单")
    case = await take_up(tx, task_id, act)
    reason = check_text(said.reason, what="派单理由", field="reason")
    order = case.order
    if order.hard in {"industry", "handler"}:
        message = "该单为疑难工单，须由行业主管明确承办单位，不能直接派单"
        raise Conflict(message, code="order.hard", field="unit_id", hop=order.hop)
    if case.held.task.state == State.OBJECTED:
        message = "该单退单待审核，请先审核派单异议"
        raise Conflict(message, code="order.return_waits", field="id")
    if not order.blocked:
        check_hops(order.hop, case.rules.hops)
    if case.held.task.answering_unit == said.unit_id:
        message = f"该单已由单位 {said.unit_id} 承办，无需改派"
        raise Conflict(message, code="order.same_unit", field="unit_id")
    choice = await choose_by_hand(case, said, how="manual")
    await hand_out(case, choice, reason=reason)
    note_step(case, "dispatch", unit=said.unit_id, reason=reason, hop=order.hop)
    return order


async def choose_by_hand(case: Case, said: Dispatch, *, how: str) -> Choice:
    """Check a unit that a person named, and give it with those that cooperate."""
    session = case.deed.tx.session
    await check_unit(session, case.rules, case.matter, said.unit_id)
    others = await living_ids(session, cooperating(case.rules, case.matter, said.cooperating))
    return Choice(
        unit_id=said.unit_id, cooperating=tuple(one for one in others if one != said.unit_id), how=how
    )
