"""Orders as people see them, in Chinese words; a caller's pseudonym is shown to nobody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import State
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import OrderFactRow, OrderHopRow, OrderRow, OrderStepRow, OrderVisitRow, TaskRow
from services.tasks.orders import repository
from services.tasks.orders.domain import (
    BLOCKED_WORDS,
    HARD_WORDS,
    HOW_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    RESOLVED_WORDS,
    VISIT_WORDS,
)
from services.tasks.orders.domain_rules import Rules


class OrderView(BaseModel):
    """An order in a list; `state_word` says 并单, 不受理 or 平台撤回 where that is what ended it."""

    task_id: str
    order_id: str
    order_no: str
    source_id: str
    kind: str
    kind_word: str
    category: str
    region_code: str
    enterprise: bool
    urgent: bool
    received_at: datetime
    state: str
    state_word: str
    unit_id: str | None
    unit_name: str
    hop: int
    dispatched_at: datetime | None
    due_at: datetime | None
    contact_due_at: datetime | None
    return_due_at: datetime | None
    contacted_at: datetime | None
    contact_late: bool | None
    answered_at: datetime | None
    answer_late: bool | None
    resolved: str | None
    resolved_word: str
    closed_at: datetime | None
    urged: int
    reopened: int
    repeats: str
    due_on: date | None
    blocked: str
    blocked_word: str
    hard: str
    hard_word: str
    visit: str
    visit_word: str
    refusal: str
    refusal_word: str
    merged_into: str | None
    excluded: str
    excluded_word: str
    excluded_by: str


class HopView(BaseModel):
    """A unit that an order was handed to, and its return; `granted_word` is 待审核, 同意 or 不同意."""

    number: int
    unit_id: str
    unit_name: str
    cooperating: list[str]
    how: str
    how_word: str
    rule_id: str | None
    at: datetime
    by: str
    reason: str
    due_at: datetime
    returned_at: datetime | None
    return_reason: str
    return_word: str
    return_note: str
    granted: bool | None
    granted_word: str
    decided_at: datetime | None
    decided_by: str
    opinion: str


class FactView(BaseModel):
    """What the platform said: 催办, 撤回 or 回访."""

    kind: str
    kind_word: str
    number: int
    at: datetime
    reached: bool | None
    resolved_word: str
    level: int | None
    level_word: str


class StepView(BaseModel):
    """A step of an order: who, for which unit, when and why."""

    number: int
    step: str
    step_word: str
    at: datetime
    by: str
    unit_id: str | None
    unit_name: str
    reason: str
    details: dict[str, object]


class VisitView(BaseModel):
    """An attempt of ours to ask the caller."""

    attempt: int
    at: datetime
    by: str
    reached: bool
    resolved_word: str
    level: int | None
    level_word: str
    note: str


class OrderDetail(OrderView):
    """An order with all that became of it; `merged` are the orders that are dealt with in it."""

    answer: str
    industry_unit: str | None
    cooperating: list[str]
    rules_region: str
    rules_version: int
    merged: list[str]
    hops: list[HopView]
    facts: list[FactView]
    visits: list[VisitView]
    steps: list[StepView]


FACT_WORDS: Mapping[str, str] = {"urged": "催办", "recalled": "撤回", "revisited": "平台回访"}
STEP_WORDS: Mapping[str, str] = {
    "dispatch": "派单",
    "return": "退单",
    "decide": "派单异议审核",
    "name_industry": "组织部明确行业主管",
    "name_handler": "行业主管明确承办单位",
    "merge": "并单",
    "merged": "并入其他工单",
    "refuse": "不受理",
    "contact": "联系",
    "answer": "答复",
    "close": "办结",
    "revisit": "平台回访差评",
    "visit": "回访",
    "reopen": "重新办理",
    "urge": "催办",
    "recall": "平台撤回",
    "exclude": "剔除",
}
GRANTED_WORDS: Mapping[bool | None, str] = {None: "待审核", True: "同意", False: "不同意"}


async def show_list(session: AsyncSession, listed: Sequence[tuple[OrderRow, TaskRow]]) -> list[OrderView]:
    """Show orders in the order in which they were read."""
    names = await unit_names(session, {task.answering_unit for _, task in listed if task.answering_unit})
    rules = {place: one for place, (_, one) in (await repository.latest_rules(session)).items()}
    shipped = (await repository.rules_at(session, ""))[2]
    return [
        OrderView(**_common(order, task, names, rules.get(order.rules_region, shipped)))
        for order, task in listed
    ]


async def show_order(session: AsyncSession, order: OrderRow) -> OrderDetail:
    """Show one order with its hops, facts, visits and steps."""
    task = await session.get_one(TaskRow, order.task_id)
    rules = await repository.rules_of(session, order)
    hops = await repository.hops_of(session, order.task_id)
    steps = await repository.steps_of(session, order.task_id)
    names = await unit_names(session, _named(task, hops, steps))
    last = hops[-1] if hops else None
    merged = await repository.merged_into(session, order.task_id)
    return OrderDetail(
        **_common(order, task, names, rules),
        answer=order.answer,
        industry_unit=order.industry_unit,
        cooperating=list(last.cooperating) if last else [],
        rules_region=order.rules_region,
        rules_version=order.rules_version,
        merged=[one.task_id for one in merged],
        hops=[_hop(hop, names, rules) for hop in hops],
        facts=[_fact(one) for one in await repository.facts_of(session, order.order_id)],
        visits=[show_visit(one) for one in await repository.visits_of(session, order.task_id)],
        steps=[_step(one, names) for one in steps],
    )


def _named(task: TaskRow, hops: Iterable[OrderHopRow], steps: Iterable[OrderStepRow]) -> set[str]:
    said = {task.answering_unit, *(hop.unit_id for hop in hops), *(step.unit_id for step in steps)}
    return {one for one in said if one is not None}


def _common(order: OrderRow, task: TaskRow, names: Mapping[str, str], rules: Rules) -> dict[str, Any]:
    shown = {name: getattr(order, name) for name in OrderView.model_fields if hasattr(OrderRow, name)}
    return shown | {
        "state": task.state,
        "state_word": state_word(order, State(task.state)),
        "unit_id": task.answering_unit,
        "unit_name": names.get(task.answering_unit or "", ""),
        "due_at": task.due_at,
        "kind_word": KIND_WORDS[order.kind],
        "resolved_word": RESOLVED_WORDS.get(order.resolved or "", ""),
        "blocked_word": BLOCKED_WORDS.get(order.blocked, ""),
        "hard_word": HARD_WORDS.get(order.hard, ""),
        "visit_word": VISIT_WORDS.get(order.visit, ""),
        "refusal_word": rules.refusals.get(order.refusal, order.refusal),
        "excluded_word": rules.exclusions.get(order.excluded, order.excluded),
    }


def state_word(order: OrderRow, state: State) -> str:
    """Say where an order stands, and what ended it."""
    if state is not State.CANCELLED:
        return kind_of("order").state_word(state)
    if order.merged_into is not None:
        return "并单"
    return "不受理" if order.refusal else "平台撤回"


def _hop(hop: OrderHopRow, names: Mapping[str, str], rules: Rules) -> HopView:
    shown = {name: getattr(hop, name) for name in HopView.model_fields if hasattr(OrderHopRow, name)}
    return HopView(
        **shown,
        unit_name=names.get(hop.unit_id, ""),
        how_word=HOW_WORDS[hop.how],
        return_word=rules.return_reasons.get(hop.return_reason, hop.return_reason),
        granted_word=GRANTED_WORDS[hop.granted] if hop.returned_at else "",
    )


def _fact(fact: OrderFactRow) -> FactView:
    return FactView(
        kind=fact.kind,
        kind_word=FACT_WORDS[fact.kind],
        number=fact.number,
        at=fact.at,
        reached=fact.reached,
        resolved_word=RESOLVED_WORDS.get(fact.resolved or "", ""),
        level=fact.level,
        level_word=LEVEL_WORDS.get(fact.level or 0, ""),
    )


def show_visit(row: OrderVisitRow) -> VisitView:
    """Show one of our attempts."""
    return VisitView(
        attempt=row.attempt,
        at=row.at,
        by=row.by,
        reached=row.reached,
        resolved_word=RESOLVED_WORDS.get(row.resolved or "", ""),
        level=row.level,
        level_word=LEVEL_WORDS.get(row.level or 0, ""),
        note=row.note,
    )


def _step(row: OrderStepRow, names: Mapping[str, str]) -> StepView:
    return StepView(
        number=row.number,
        step=row.step,
        step_word=STEP_WORDS[row.step],
        at=row.at,
        by=row.by,
        unit_id=row.unit_id,
        unit_name=names.get(row.unit_id or "", ""),
        reason=row.reason,
        details=dict(row.details),
    )
