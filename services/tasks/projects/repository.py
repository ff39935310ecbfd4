"""Projects in the database, with their nodes, plans, reports, elements and funds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import UnaryExpression

from services.tasks.ledger.domain import State
from services.tasks.ledger.repository import batches
from services.tasks.models import (
    AdjustmentDecisionRow,
    AdjustmentRow,
    ProjectElementRow,
    ProjectFundRow,
    ProjectInvestmentRow,
    ProjectLagRow,
    ProjectNodeRow,
    ProjectPlanRow,
    ProjectRow,
    TaskRow,
    TaskUnitRow,
)
from services.tasks.projects.domain import Facts
from services.tasks.projects.domain_pace import PlanLine
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down, up

SORTING = Sorting("projects", up(TaskRow.sort_key), up(TaskRow.id))
ADJUSTMENTS = Sorting("adjustments", down(AdjustmentRow.proposed_at), up(AdjustmentRow.id))
Part = TypeVar(
    "Part", ProjectElementRow, ProjectFundRow, ProjectInvestmentRow, ProjectNodeRow, ProjectPlanRow
)
Column = InstrumentedAttribute[str] | InstrumentedAttribute[int] | InstrumentedAttribute[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list of projects is filtered by; an empty word filters nothing.

    Attributes:
        unit: Its units, in any role.
        dropped: Also those that are off the list, dropped or cancelled.
    """

    unit: str = ""
    stage: str = ""
    level_owner: str = ""
    fund: str = ""
    preliminary: bool | None = None
    dropped: bool = False


@dataclass(slots=True)
class Listed:
    """A project with all that belongs to it."""

    row: ProjectRow
    task: TaskRow
    nodes: list[ProjectNodeRow] = field(default_factory=list)
    plans: list[ProjectPlanRow] = field(default_factory=list)
    investments: list[ProjectInvestmentRow] = field(default_factory=list)
    elements: list[ProjectElementRow] = field(default_factory=list)
    funds: list[ProjectFundRow] = field(default_factory=list)

    @property
    def reached(self) -> dict[str, date]:
        """The nodes that were confirmed, with their days."""
        return {node.node: node.reached_on for node in self.nodes}

    @property
    def lines(self) -> list[PlanLine]:
        """The plans of its years."""
        return [
            PlanLine(plan.year, plan.since, plan.annual, tuple(Decimal(one) for one in plan.months))
            for plan in self.plans
        ]

    @property
    def reports(self) -> dict[date, Decimal]:
        """What was completed since 1 January, by day."""
        return {one.on: one.completed for one in self.investments}

    def facts(self, year: int) -> Facts:
        """What the needs of a batch look at."""
        row = self.row
        return Facts(
            year=year,
            approval_ref=row.approval_ref,
            preliminary=row.preliminary,
            charter_ref=row.charter_ref,
            starts_on=row.starts_on,
            completes_on=row.completes_on,
            elements=[one.item for one in self.elements if one.for_start and one.done_on is None],
            nodes=self.reached,
        )


async def get_project(session: AsyncSession, task_id: str) -> Listed:
    """Read one project.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(ProjectRow, task_id)
    if row is None:
        raise NotFound(f"没有编号为 {task_id} 的重点项目，请核对", code="project.not_found", field="id")
    [listed] = await _load(session, [Listed(row, await session.get_one(TaskRow, task_id))])
    return listed


async def all_projects(session: AsyncSession, wanted: Wanted) -> Sequence[Listed]:
    """Read all projects in the ledger's order."""
    return (await list_projects(session, wanted, None)).items


async def list_projects(session: AsyncSession, wanted: Wanted, asked: Asked | None) -> Page[Listed]:
    """Read projects in the ledger's order: a page, or all."""
    stated = select(ProjectRow, TaskRow).join(TaskRow, TaskRow.id == ProjectRow.task_id)
    for column, value in ((ProjectRow.stage, wanted.stage), (ProjectRow.level_owner, wanted.level_owner)):
        stated = stated.where(column == value) if value else stated
    if wanted.preliminary is not None:
        stated = stated.where(ProjectRow.preliminary.is_(wanted.preliminary))
    if wanted.unit:
        theirs = select(TaskUnitRow.task_id).where(TaskUnitRow.unit_id == wanted.unit)
        stated = stated.where(TaskRow.id.in_(theirs))
    if wanted.fund:
        funded = select(ProjectFundRow.task_id).where(ProjectFundRow.fund == wanted.fund)
        stated = stated.where(TaskRow.id.in_(funded))
    if not wanted.dropped:
        stated = stated.where(TaskRow.state != State.CANCELLED)
    rows = [Listed(row, task) for row, task in await session.execute(SORTING.page(stated, asked))]
    found = SORTING.cut(rows, asked, lambda one: (one.task.sort_key, one.task.id))
    await _load(session, found.items)
    return found


async def _load(session: AsyncSession, listed: Sequence[Listed]) -> Sequence[Listed]:
    by_id = {one.row.task_id: one for one in listed}
    for node in await _parts(session, ProjectNodeRow, by_id, ProjectNodeRow.reached_on):
        by_id[node.task_id].nodes.append(node)
    for plan in await _parts(session, ProjectPlanRow, by_id, ProjectPlanRow.since):
        by_id[plan.task_id].plans.append(plan)
    for report in await _parts(session, ProjectInvestmentRow, by_id, ProjectInvestmentRow.on):
        by_id[report.task_id].investments.append(report)
    for element in await _parts(session, ProjectElementRow, by_id, ProjectElementRow.number):
        by_id[element.task_id].elements.append(element)
    for fund in await _parts(session, ProjectFundRow, by_id, ProjectFundRow.on):
        by_id[fund.task_id].funds.append(fund)
    return listed


async def _parts(
    session: AsyncSession, model: type[Part], ids: Iterable[str], order: Column | UnaryExpression[date]
) -> list[Part]:
    found: list[Part] = []
    for chunk in batches(ids):
        found += await session.scalars(select(model).where(model.task_id.in_(chunk)).order_by(order))
    return found


async def get_adjustment(session: AsyncSession, adjustment_id: str) -> AdjustmentRow:
    """Read one adjustment, and lock it where the transaction writes.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(AdjustmentRow, adjustment_id)
    if row is None:
        message = f"没有编号为 {adjustment_id} 的调整方案，请核对"
        raise NotFound(message, code="adjustment.not_found", field="id")
    return row


async def list_adjustments(session: AsyncSession, state: str, asked: Asked) -> Page[AdjustmentRow]:
    """Read a page of adjustments, the latest first."""
    stated = select(AdjustmentRow)
    stated = stated.where(AdjustmentRow.state == state) if state else stated
    rows = await session.scalars(ADJUSTMENTS.page(stated, asked))
    return ADJUSTMENTS.cut(rows, asked, lambda row: (row.proposed_at, row.id))


async def decisions_of(session: AsyncSession, ids: Iterable[str]) -> dict[str, list[AdjustmentDecisionRow]]:
    """Read what was decided on adjustments, in order, by adjustment."""
    found: dict[str, list[AdjustmentDecisionRow]] = {}
    for chunk in batches(ids):
        stated = select(AdjustmentDecisionRow).where(AdjustmentDecisionRow.adjustment_id.in_(chunk))
        for row in await session.scalars(stated.order_by(AdjustmentDecisionRow.entered_at)):
            found.setdefault(row.adjustment_id, []).append(row)
    return found


def on_list(one: Listed, on: date) -> bool:
    """Tell whether a project was on the list at the end of a day."""
    if one.row.listed_on > on:
        return False
    if one.row.dropped_on is not None:
        return one.row.dropped_on > on
    return one.task.state != State.CANCELLED


async def told_lags(session: AsyncSession, week: str) -> set[str]:
    """Read the ids of the projects whose lag in a week was told."""
    return set(await session.scalars(select(ProjectLagRow.task_id).where(ProjectLagRow.week == week)))
