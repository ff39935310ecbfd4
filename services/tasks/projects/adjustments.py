"""Use cases of quarterly adjustments 季度动态调整: proposed whole, decided twice, applied in one transaction.

Invariant: 三个只增不减 holds over the whole adjustment, when it is proposed and again when it is applied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast
from uuid import uuid4

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.noting import Note
from services.tasks.ledger.service import move_task
from services.tasks.models import AdjustmentDecisionRow, AdjustmentRow
from services.tasks.projects import repository
from services.tasks.projects.domain import STAGES, Project, Stage, check_back, check_needs, check_project
from services.tasks.projects.domain_adjustment import (
    AdjustmentState,
    Body,
    Item,
    ItemKind,
    Size,
    Standing,
    check_decided_on,
    check_decision,
    check_growth,
    check_item,
    check_quarter,
    effect,
    size_of,
)
from services.tasks.projects.domain_amounts import ZERO
from services.tasks.projects.domain_pace import line_on
from services.tasks.projects.recording import Hand, record, take_in_hand
from services.tasks.projects.repository import Listed, Wanted
from services.tasks.projects.service import facts_of, register_project, set_stage
from services.tasks.projects.service_invest import YearPlan, put_plan
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound

ITEMS = TypeAdapter(tuple[Item, ...])


@dataclass(frozen=True, slots=True)
class Balance:
    """How large the list is before and after an adjustment."""

    before: Size
    after: Size


async def weigh(session: AsyncSession, year: int, items: Sequence[Item], today: date) -> Balance:
    """Check the items of an adjustment one by one and over the whole.

    Raises:
        NotFound: An item is about a project that is not on the list.
        Conflict: A project is not ours to adjust, lacks what its batch needs, or 三个只增不减 is broken.
        Invalid: An item makes no sense, or two are about one project.
    """
    listed = {one.row.task_id: one for one in await repository.all_projects(session, Wanted())}
    until = min(today, date(year, 12, 31))
    standing = {task_id: _standing(one, until) for task_id, one in listed.items()}
    _check_once(items)
    before = after = size_of(standing.values())
    for item in items:
        if item.task_id is not None and item.task_id not in standing:
            message = f"重点项目计划里没有编号为 {item.task_id} 的项目"
            raise NotFound(message, code="project.not_found", field="items")
        now = standing.get(item.task_id or "")
        check_item(item, now)
        _check_outcome(item, listed.get(item.task_id or ""), today)
        after = after.plus(effect(item, now))
    check_growth(before, after)
    return Balance(before, after)


def _standing(one: Listed, until: date) -> Standing:
    line, row = line_on(one.lines, until), one.row
    annual = line.annual if line else ZERO
    return Standing(title=one.task.title, level_owner=row.level_owner, total=row.total, annual=annual)


def _check_once(items: Sequence[Item]) -> None:
    if not items:
        raise Invalid("调整方案至少要有一项", code="adjustment.empty", field="items")
    about = [item.task_id for item in items if item.task_id]
    twice = sorted({task_id for task_id in about if about.count(task_id) > 1})
    if twice:
        message = f"项目 {twice[0]} 在调整方案中出现多次，请合并为一项"
        raise Invalid(message, code="adjustment.twice", field="items")


def _check_outcome(item: Item, one: Listed | None, today: date) -> None:
    """Hold an added or moved project against what its batch needs."""
    if item.project is not None:
        check_project(item.project, today)
        check_needs(item.project.stage, facts_of(item.project))
    if one is None or item.stage is None:
        return
    if STAGES.index(item.stage) > STAGES.index(Stage(one.row.stage)):
        starts_on = item.starts_on or one.row.starts_on
        check_needs(item.stage, replace(one.facts(today.year), starts_on=starts_on))
    else:
        check_back(item.stage, one.reached)


async def propose_adjustment(
    tx: Tx, year: int, quarter: int, items: Sequence[Item], act: Act
) -> tuple[AdjustmentRow, Balance]:
    """Propose an adjustment, as a supervisor; 分管委领导 and 主任办公会 decide. Give it with what it does to the list.

    Raises:
        DubanError: As `weigh`; Forbidden when somebody else asks; Invalid for a quarter that has not begun.
    """
    check_supervisor(act.actor, word="提出项目计划调整方案")
    today = local_date(act.at)
    check_quarter(year, quarter, today)
    balance = await weigh(tx.session, year, items, today)
    row = AdjustmentRow(
        id=f"pa{short_hash(uuid4().hex, 12)}",
        year=year,
        quarter=quarter,
        state=AdjustmentState.PROPOSED,
        items=to_jsonable_python(list(items)),
        proposed_on=today,
        proposed_at=act.at,
        proposed_by=act.actor.id,
    )
    tx.session.add(row)
    return row, balance


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a body decided, by the paper 文号 that says so."""

    body: Body
    approved: bool
    paper: str
    decided_on: date
    note: str = ""


async def enter_decision(tx: Tx, adjustment_id: str, said: Decision, act: Act) -> AdjustmentRow:
    """Enter what 分管委领导 or 主任办公会 decided, as a supervisor.

    Raises:
        NotFound: There is no such adjustment.
        Conflict: It is not this body's turn.
        Forbidden: Somebody else asks.
        Invalid: The paper is missing, or the day makes no sense.
    """
    check_supervisor(act.actor, word="登记调整方案的决定")
    row = await repository.get_adjustment(tx.session, adjustment_id)
    following = check_decision(AdjustmentState(row.state), said.body, said.paper)
    earlier = (await repository.decisions_of(tx.session, [row.id])).get(row.id, [])
    check_decided_on(
        said.decided_on, [row.proposed_on, *(one.decided_on for one in earlier)], local_date(act.at)
    )
    decision = AdjustmentDecisionRow(
        adjustment_id=row.id,
        body=said.body,
        approved=said.approved,
        paper=said.paper.strip(),
        decided_on=said.decided_on,
        note=said.note.strip(),
        entered_at=act.at,
        entered_by=act.actor.id,
    )
    tx.session.add(decision)
    row.state = following if said.approved else AdjustmentState.REFUSED
    return row


async def apply_adjustment(tx: Tx, adjustment_id: str, act: Act) -> AdjustmentRow:
    """Carry out an adjustment that both bodies approved, as a supervisor: all of it or nothing.

    Raises:
        NotFound: There is no such adjustment, or a project has left the list since.
        Conflict: It is not approved, or the list has changed so that 三个只增不减 would be broken now.
        Forbidden: Somebody else asks.
    """
    check_supervisor(act.actor, word="执行调整方案")
    row = await repository.get_adjustment(tx.session, adjustment_id)
    if row.state != AdjustmentState.APPROVED:
        message = f"调整方案 {row.id} 尚未经分管委领导和主任办公会同意，或已执行，不能执行"
        raise Conflict(message, code="adjustment.not_approved", field="id", state=row.state)
    items = items_of(row)
    await weigh(tx.session, row.year, items, local_date(act.at))
    for number, item in enumerate(items, 1):
        await APPLYING[item.kind](tx, row, (number, item), act)
    row.state, row.applied_at, row.applied_by = AdjustmentState.APPLIED, act.at, act.actor.id
    return row


def items_of(row: AdjustmentRow) -> tuple[Item, ...]:
    """Read the items of an adjustment."""
    return ITEMS.validate_python(row.items)


async def _add(tx: Tx, row: AdjustmentRow, numbered: tuple[int, Item], act: Act) -> None:
    number, project = numbered[0], cast("Project", numbered[1].project)  # `check_item` has seen to it.
    await register_project(tx, replace(project, client_ref=f"{row.id}.{number}"), act)
    await tx.session.flush()


async def _drop(tx: Tx, row: AdjustmentRow, numbered: tuple[int, Item], act: Act) -> None:
    hand = await take_in_hand(tx, str(numbered[1].task_id), act)
    hand.listed.row.dropped_on = hand.today
    reason = f"季度调整 {row.id} 调出：{numbered[1].reason.strip()}"
    await move_task(tx, MoveCommand(task_id=hand.held.task.id, move=Move.CANCEL, reason=reason), act)


async def _change(tx: Tx, row: AdjustmentRow, numbered: tuple[int, Item], act: Act) -> None:
    item, origin = numbered[1], {"adjustment": row.id}
    hand = await take_in_hand(tx, str(item.task_id), act)
    if item.annual is not None or item.total is not None:
        _put_money(hand, row, item, origin)
    if item.starts_on is not None:
        was, hand.listed.row.starts_on = hand.listed.row.starts_on, item.starts_on
        changes = {"starts_on": [was, item.starts_on], **origin}
        record(hand, Note(step="project.edit", reason=item.reason, changes=changes))
    if item.stage is not None and item.stage != hand.listed.row.stage:
        set_stage(hand, item.stage, Note(step="project.stage", reason=item.reason, changes=dict(origin)))


def _put_money(hand: Hand, row: AdjustmentRow, item: Item, origin: Mapping[str, str]) -> None:
    now = line_on(hand.listed.lines, min(hand.today, date(row.year, 12, 31)))
    kept = now.months if now and item.annual is None else item.months
    annual = item.annual if item.annual is not None else now.annual if now else ZERO
    entry = Note(step="project.invest", reason=item.reason, changes=dict(origin))
    put_plan(hand, YearPlan(year=row.year, annual=annual, months=kept), entry, total=item.total)


APPLYING = {ItemKind.ADD: _add, ItemKind.DROP: _drop, ItemKind.CHANGE: _change}
