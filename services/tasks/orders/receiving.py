"""What the feed `hotline` says of orders, in any order and repeatedly: registered, urged, recalled, revisited.

Invariant: facts are kept under their own key before anything follows from them, so that a repeat does nothing and one
that comes before its order waits for it.
"""

from collections.abc import Sequence
from datetime import datetime

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger.by_hand import AFTER_ALL
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import WITH_UNITS, Move, RoleName, State
from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.registration import Draft, register_tasks
from services.tasks.ledger.service import make_move
from services.tasks.measures.domain import MeasureKind
from services.tasks.measures.service import new_measure, take
from services.tasks.models import OrderFactRow, OrderRow
from services.tasks.orders import repository
from services.tasks.orders.choosing import Choice, choose_unit
from services.tasks.orders.dispatching import Case, hand_out, matter_of, note_step, take_up
from services.tasks.orders.domain import KIND, KIND_WORDS, SEPARATOR, category_text
from services.tasks.orders.reopening import reopen_bad
from services.tasks.orders.repository import RECALLED, REVISITED, URGED
from shared.database import Tx
from shared.events.hotline import OrderEvent, OrderRecalled, OrderReceived, OrderRevisited, OrderUrged
from shared.events.orders import OrderOpened

ACTOR = Actor(id="hotline", role="supervisor")  # What follows from the feed by rule is nobody's deed.


def task_id_of(order_id: str) -> str:
    """Give the id of the task that an order becomes."""
    return f"o{short_hash(order_id, 16)}"


def _act(tx: Tx, entered_at: datetime) -> Act:
    return Act(actor=ACTOR, at=tx.now, recorded_at=tx.now, entered_at=entered_at)


async def follow(tx: Tx, event: OrderEvent, *, entered_at: datetime) -> None:
    """Do what follows from an event of the feed."""
    if isinstance(event, OrderReceived):
        await receive(tx, event, entered_at=entered_at)
        return
    fact = _fact(event)
    if fact is not None:
        await _keep(tx, fact, entered_at)


def _fact(event: OrderEvent) -> OrderFactRow | None:
    """Give what an event says of an order beside that it came in."""
    match event:
        case OrderUrged():
            return OrderFactRow(order_id=event.order_id, kind=URGED, number=event.number, at=event.urged_at)
        case OrderRecalled():
            return OrderFactRow(order_id=event.order_id, kind=RECALLED, number=1, at=event.recalled_at)
        case OrderRevisited():
            return OrderFactRow(
                order_id=event.order_id,
                kind=REVISITED,
                number=event.number,
                at=event.revisited_at,
                reached=event.reached,
                resolved=event.resolved,
                level=event.level,
            )
    return None


async def receive(tx: Tx, event: OrderReceived, *, entered_at: datetime) -> None:
    """Register the task of an order 受理 and dispatch it, or list it for a person; a repeat does nothing."""
    if await repository.find_order(tx.session, event.order_id) is not None:
        return
    facts = await repository.facts_of(tx.session, event.order_id)
    region, version, rules = await repository.rules_at(tx.session, event.region_code)
    deed = Deed(tx, _act(tx, entered_at), await repository.terms_of(tx.session))
    order = _row(event, region, version)
    recalled = any(fact.kind == RECALLED for fact in facts)
    choice = Choice(blocked="no_row")
    if not recalled:
        choice = await choose_unit(tx.session, rules, matter_of(order, deed.act))
    [held] = await register_tasks(deed, [_draft(event, choice, deed.act)], collectives=frozenset())
    tx.session.add(order)
    about = rules.is_about_office(order.category)
    deed.publish(OrderOpened(task_id=order.task_id, order_id=order.order_id, about_office=about), held)
    case = Case(deed, order, held, rules)
    if choice.unit_id is not None:
        await hand_out(case, choice, placed=True)
    else:
        order.blocked = choice.blocked
    for fact in facts:
        await _follow(case, fact)


def _row(event: OrderReceived, region: str, version: int) -> OrderRow:
    category = category_text(event.category)
    return OrderRow(
        order_id=event.order_id,
        task_id=task_id_of(event.order_id),
        source_id=event.source_id,
        order_no=event.order_no,
        kind=event.kind,
        category=category,
        category_1=category.partition(SEPARATOR)[0],
        region_code=event.region_code,
        unit_code=event.unit_code,
        enterprise=event.enterprise,
        urgent=event.urgent,
        channel=event.channel,
        caller=event.caller,
        repeats=event.repeats,
        is_named=event.is_named,
        received_at=event.received_at,
        due_on=event.due_on,
        rules_region=region,
        rules_version=version,
        hop=0,
        blocked="",
        answer="",
        urged=0,
        refusal="",
        hard="",
        visit="",
        reopened=0,
        excluded="",
        excluded_by="",
        steps=0,
    )


def _draft(event: OrderReceived, choice: Choice, act: Act) -> Draft:
    task_id = task_id_of(event.order_id)
    lead: tuple[tuple[RoleName, str], ...] = (("lead", choice.unit_id),) if choice.unit_id else ()
    facts = TaskFacts(
        number="",
        title=f"{KIND_WORDS[event.kind]}工单 {event.order_no}",
        section=None,
        body="",
        lines=(0, 0),
        units=(*lead, *(("cooperating", one) for one in choice.cooperating)),
        deadline=None,
        deadline_raw=None,
        ongoing=False,
        follow_up=None,
        stage_note=None,
        in_year_scope=True,
    )
    return Draft(
        task_id=task_id,
        sort_key=f"{AFTER_ALL}.{AFTER_ALL}.{act.at:%Y%m%d%H%M%S}.{task_id}",
        kind=KIND,
        source="hotline",
        source_ref=event.order_no,
        level="urgent" if event.urgent else "normal",
        plan_id=None,
        section_id=None,
        document_id=None,
        facts=facts,
    )


async def _keep(tx: Tx, fact: OrderFactRow, entered_at: datetime) -> None:
    """Keep a fact that is new, and do what follows from it where the order is known."""
    key = (fact.order_id, fact.kind, fact.number)
    if await tx.session.get(OrderFactRow, key) is not None:
        return
    tx.session.add(fact)
    await tx.session.flush()
    order = await repository.find_order(tx.session, fact.order_id)
    if order is not None:
        await _follow(await take_up(tx, order.task_id, _act(tx, entered_at)), fact)


async def _follow(case: Case, fact: OrderFactRow) -> None:
    if fact.kind == URGED:
        await _urge(case, fact)
    elif fact.kind == RECALLED:
        await _recall(case, fact)
    elif case.rules.is_bad(fact.resolved, fact.level):
        case.order.visit = "" if case.order.recalled_at else "owed"
        note_step(case, "revisit", resolved=fact.resolved, level=fact.level, number=fact.number)
        await reopen_bad(case, fact.at)


async def _urge(case: Case, fact: OrderFactRow) -> None:
    case.order.urged += 1
    note_step(case, "urge", number=fact.number)
    main = case
    if case.order.merged_into is not None:
        main = await take_up(case.deed.tx, case.order.merged_into, case.deed.act)
    if State(main.held.task.state) in {*WITH_UNITS, State.OBJECTED}:
        row = new_measure(main.deed, main.held, MeasureKind.URGE, f"12345 第 {fact.number} 次催办")
        take(main.deed, main.held, row)


async def _recall(case: Case, fact: OrderFactRow) -> None:
    """Record a recall; what is closed or serves other orders too goes on."""
    order, state = case.order, State(case.held.task.state)
    order.recalled_at, order.visit = fact.at, ""
    note_step(case, "recall")
    others: Sequence[OrderRow] = await repository.merged_into(case.deed.tx.session, order.task_id)
    if state in ENDED or others:
        return
    order.blocked, order.hard = "", ""
    command = MoveCommand(
        task_id=order.task_id, move=Move.CANCEL, reason="平台撤回", step="recall", by_office=True
    )
    await make_move(case.deed, case.held, command)
