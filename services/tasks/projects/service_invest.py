"""Use cases of a project's money and needs: investment by day, plans of years, funds, and elements 要素保障.

Invariant: the plan of a year is set once; on our own list only an adjustment changes it,
on another list the paper of its owner.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.tasks.acts import Act
from services.tasks.attachments.evidence import require_evidence
from services.tasks.ledger.domain_permits import check_supervisor, unit_acting
from services.tasks.ledger.noting import Note
from services.tasks.models import (
    ProjectElementRow,
    ProjectFundRow,
    ProjectInvestmentRow,
    ProjectPlanRow,
)
from services.tasks.projects.domain import ELEMENTS, FUNDS, LOCAL, check_choice
from services.tasks.projects.domain_amounts import check_amount, check_months
from services.tasks.projects.domain_pace import check_report
from services.tasks.projects.recording import Hand, invested, record, take_in_hand
from services.tasks.units.repository import get_unit
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Investment:
    """What was completed from 1 January to the end of the day `on`, in 亿元; the same day again corrects it."""

    on: date
    completed: Decimal
    on_behalf_of: str | None = None


async def report_investment(tx: Tx, task_id: str, said: Investment, act: Act) -> None:
    """Report the completed investment, as the head of the unit in charge or of the officer's, or a supervisor.

    Raises:
        NotFound: There is no such project.
        Conflict: It is over.
        Forbidden: Somebody else asks.
        Invalid: The amount makes no sense, or contradicts another day.
    """
    hand = await take_in_hand(tx, task_id, act)
    unit = _unit_in_charge(hand, said.on_behalf_of)
    check_amount(said.completed, "completed")
    others = {day: amount for day, amount in hand.listed.reports.items() if day != said.on}
    check_report(said.on, said.completed, others, hand.today)
    row = next((one for one in hand.listed.investments if one.on == said.on), None)
    was = row.completed if row else None
    if was == said.completed:
        return
    if row is None:
        row = ProjectInvestmentRow(task_id=task_id, on=said.on)
        tx.session.add(row)
        hand.listed.investments.append(row)
    row.completed, row.entered_at, row.entered_by = said.completed, act.at, act.actor.id
    changes = {"on": said.on, "completed": [was, said.completed]}
    record(hand, Note(step="project.invest", unit=unit, changes=changes), invested(hand, said.on.year))


def _unit_in_charge(hand: Hand, on_behalf_of: str | None) -> str:
    officer, actor = hand.listed.row.officer_unit, hand.deed.act.actor
    in_charge = officer if officer in {actor.unit, on_behalf_of} else hand.held.task.answering_unit
    return unit_acting(actor, in_charge, on_behalf_of, word="填报项目进展")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlan:
    """The plan of a year in 亿元; `paper` is that of the list's owner when it replaces another."""

    year: int
    annual: Decimal
    months: tuple[Decimal, ...] = ()
    paper: str = ""


async def plan_year(tx: Tx, task_id: str, said: YearPlan, act: Act) -> None:
    """Set the plan of a year, as a supervisor.

    Raises:
        NotFound: There is no such project.
        Conflict: It is over, or has a plan for the year that only an adjustment changes.
        Forbidden: Somebody else asks.
        Invalid: An amount makes no sense, or the paper is missing.
    """
    hand = await take_in_hand(tx, task_id, act)
    check_supervisor(act.actor, word="设定年度计划投资")
    check_amount(said.annual, "annual")
    check_months(said.months, said.annual)
    if any(plan.year == said.year for plan in hand.listed.plans):
        _check_replaceable(hand, said)
    put_plan(hand, said, Note(step="project.invest", changes={"paper": said.paper.strip()}))


def _check_replaceable(hand: Hand, said: YearPlan) -> None:
    if hand.listed.row.level_owner == LOCAL:
        message = f"{said.year} 年计划已设定，变更须走季度调整（分管委领导、主任办公会）"
        raise Conflict(message, code="project.plan_set", field="annual")
    if not said.paper.strip():
        message = "变更上级重点项目的年度计划须填上级文号（paper）"
        raise Invalid(message, code="project.paper_missing", field="paper")


def put_plan(hand: Hand, said: YearPlan, entry: Note, *, total: Decimal | None = None) -> None:
    """Put a plan in force from today, and a new total where there is one: one step, with its event."""
    row, plans = hand.listed.row, hand.listed.plans
    was = [one.annual for one in plans if one.year == said.year][-1:]
    months = [str(one) for one in said.months]
    plan = next((one for one in plans if (one.year, one.since) == (said.year, hand.today)), None)
    if plan is None:
        plan = ProjectPlanRow(task_id=row.task_id, year=said.year, since=hand.today)
        hand.deed.tx.session.add(plan)
        plans.append(plan)
    plan.annual, plan.months = said.annual, months
    changes = {"year": said.year, "annual": [was[0] if was else None, said.annual], **entry.changes}
    if total is not None:
        changes["total"] = [row.total, total]
        row.total = total
    record(hand, Note(step=entry.step, reason=entry.reason, changes=changes), invested(hand, said.year))


@dataclass(frozen=True, slots=True, kw_only=True)
class FundReport:
    """What of a fund was handed down 下达 and paid 支付 until the end of the day `on`, in 亿元."""

    fund: str
    on: date
    allocated: Decimal
    paid: Decimal
    on_behalf_of: str | None = None


async def report_fund(tx: Tx, task_id: str, said: FundReport, act: Act) -> None:
    """Report how far a fund is paid, as `report_investment`; the same day again corrects it.

    Raises:
        NotFound: There is no such project.
        Conflict: It is over.
        Forbidden: Somebody else asks.
        Invalid: The fund is unknown, the day lies in the future, or more is paid than was handed down.
    """
    hand = await take_in_hand(tx, task_id, act)
    unit = _unit_in_charge(hand, said.on_behalf_of)
    _check_fund(said, hand.today)
    known = (one for one in hand.listed.funds if (one.fund, one.on) == (said.fund, said.on))
    row = next(known, None)
    if row is None:
        row = ProjectFundRow(task_id=task_id, fund=said.fund, on=said.on)
        tx.session.add(row)
    row.allocated, row.paid = said.allocated, said.paid
    row.entered_at, row.entered_by = act.at, act.actor.id
    changes = {"fund": said.fund, "on": said.on, "allocated": said.allocated, "paid": said.paid}
    record(hand, Note(step="project.fund", unit=unit, changes=changes))


def _check_fund(said: FundReport, today: date) -> None:
    check_choice(said.fund, FUNDS, field="fund", what="资金类别")
    check_amount(said.allocated, "allocated")
    check_amount(said.paid, "paid")
    if said.on > today or said.paid > said.allocated:
        message = f"支付 {said.paid} 不能大于下达 {said.allocated}，日期 {said.on} 不能晚于今天（{today}）"
        raise Invalid(message, code="project.fund_senseless", field="paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something that a project needs 要素; with `for_start` the project can't enter 开工一批 before it is done."""

    kind: str
    item: str
    unit_id: str
    due_on: date | None = None
    for_start: bool = True


async def add_element(tx: Tx, task_id: str, said: Element, act: Act) -> int:
    """Put an element on a project's list, as the head of the unit in charge or a supervisor; give its number.

    Raises:
        NotFound: The project or the unit is unknown.
        Conflict: It is over.
        Forbidden: Somebody else asks.
        Invalid: The sort is unknown, or the item has no words.
    """
    hand = await take_in_hand(tx, task_id, act)
    unit = _unit_in_charge(hand, None)
    check_choice(said.kind, ELEMENTS, field="kind", what="要素类别")
    if not said.item.strip():
        raise Invalid("要素保障须写明事项（item）", code="project.item_missing", field="item")
    await get_unit(tx.session, said.unit_id)
    number = len(hand.listed.elements) + 1
    row = ProjectElementRow(
        task_id=task_id,
        number=number,
        kind=said.kind,
        item=said.item.strip(),
        unit_id=said.unit_id,
        due_on=said.due_on,
        for_start=said.for_start,
        evidence="",
    )
    tx.session.add(row)
    record(hand, Note(step="project.element", unit=unit, changes={"number": number, "item": row.item}))
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """That an element was seen to; `evidence` is the number of a paper or the id of an attachment."""

    number: int
    done_on: date
    evidence: str = field(default="")


async def finish_element(tx: Tx, task_id: str, said: Done, act: Act) -> None:
    """Say that an element was seen to, as the head of its unit or a supervisor.

    Raises:
        NotFound: There is no such project or element.
        Conflict: The project is over, or the element was done.
        Forbidden: Somebody else asks.
        Invalid: The day lies in the future, or the evidence is missing.
    """
    hand = await take_in_hand(tx, task_id, act)
    row = next((one for one in hand.listed.elements if one.number == said.number), None)
    if row is None:
        message = f"项目 {task_id} 没有第 {said.number} 项要素"
        raise NotFound(message, code="project.element_not_found", field="number")
    unit = unit_acting(act.actor, row.unit_id, None, word="确认要素保障")
    if row.done_on is not None:
        message = f"第 {said.number} 项要素已于 {row.done_on} 落实"
        raise Conflict(message, code="project.element_done", field="number")
    if said.done_on > hand.today or not said.evidence.strip():
        message = f"须填落实依据（evidence），日期 {said.done_on} 不能晚于今天（{hand.today}）"
        raise Invalid(message, code="project.evidence_missing", field="evidence")
    await require_evidence(tx.session, task_id, [said.evidence])
    row.done_on, row.evidence = said.done_on, said.evidence.strip()
    changes = {"number": row.number, "done_on": row.done_on, "evidence": row.evidence}
    record(hand, Note(step="project.element", unit=unit, changes=changes))
