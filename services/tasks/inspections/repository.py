"""Inspections in the database, with their units, steps, objections and findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.inspections.domain import COUNTED, SHOWN_TO_UNITS
from services.tasks.models import (
    InspectionRow,
    InspectionStepRow,
    InspectionUnitRow,
    ObjectionRow,
    ProblemRow,
    TaskRow,
    UnitRow,
)
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down, up

SORTING = Sorting("inspections", down(InspectionRow.starts_on), up(InspectionRow.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list of inspections is filtered by; an empty word filters nothing.

    Attributes:
        seen_by: A unit that looks: it sees those that it is inspected by, once they are under way.
    """

    state: str = ""
    unit: str = ""
    year: int | None = None
    follow_up_of: str = ""
    seen_by: str | None = None


async def get_inspection(session: AsyncSession, inspection_id: str, *, lock: bool = False) -> InspectionRow:
    """Read one inspection, and lock it for a change.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(InspectionRow, inspection_id, with_for_update=lock or None)
    if row is None:
        message = f"没有编号为 {inspection_id} 的督查活动，请核对"
        raise NotFound(message, code="inspection.not_found", field="id")
    return row


async def list_inspections(
    session: AsyncSession, wanted: Wanted, asked: Asked | None = None
) -> Page[InspectionRow]:
    """Read inspections, the latest first: a page, or all."""
    stated = select(InspectionRow)
    stated = stated.where(InspectionRow.state == wanted.state) if wanted.state else stated
    if wanted.year is not None:
        stated = stated.where(extract("year", InspectionRow.starts_on) == wanted.year)
    if wanted.follow_up_of:
        stated = stated.where(InspectionRow.follow_up_of == wanted.follow_up_of)
    for unit in (wanted.unit, wanted.seen_by):
        theirs = select(InspectionUnitRow.inspection_id).where(InspectionUnitRow.unit_id == unit)
        stated = stated.where(InspectionRow.id.in_(theirs)) if unit else stated
    if wanted.seen_by is not None:
        stated = stated.where(InspectionRow.state.in_(SHOWN_TO_UNITS))
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.starts_on, row.id))


async def units_of(session: AsyncSession, inspection_id: str) -> dict[str, InspectionUnitRow]:
    """Read the units of an inspection by id."""
    stated = select(InspectionUnitRow).where(InspectionUnitRow.inspection_id == inspection_id)
    return {row.unit_id: row for row in await session.scalars(stated.order_by(InspectionUnitRow.unit_id))}


async def objections_of(session: AsyncSession, inspection_id: str) -> dict[str, ObjectionRow]:
    """Read the objections to the conclusion of an inspection by unit."""
    stated = select(ObjectionRow).where(ObjectionRow.inspection_id == inspection_id)
    return {row.unit_id: row for row in await session.scalars(stated.order_by(ObjectionRow.unit_id))}


async def steps_of(session: AsyncSession, inspection_id: str) -> Sequence[InspectionStepRow]:
    """Read the steps of an inspection, oldest first."""
    stated = select(InspectionStepRow).where(InspectionStepRow.inspection_id == inspection_id)
    return (await session.scalars(stated.order_by(InspectionStepRow.number))).all()


async def next_step(session: AsyncSession, inspection_id: str) -> int:
    """Give the number of an inspection's next step."""
    last = select(func.max(InspectionStepRow.number)).where(InspectionStepRow.inspection_id == inspection_id)
    return (await session.scalar(last) or 0) + 1


async def findings_of(session: AsyncSession, inspection_id: str) -> Sequence[TaskRow]:
    """Read the problems that an inspection found, in the ledger's order."""
    stated = select(TaskRow).join(ProblemRow, ProblemRow.task_id == TaskRow.id)
    stated = stated.where(ProblemRow.found_in == inspection_id).order_by(TaskRow.sort_key)
    return (await session.scalars(stated)).all()


async def lock_units(session: AsyncSession, ids: Sequence[str]) -> None:
    """Let nobody else approve an inspection of these units meanwhile."""
    stated = select(UnitRow.id).where(UnitRow.id.in_(ids)).order_by(UnitRow.id)
    await session.execute(stated.with_for_update())


async def other_days(
    session: AsyncSession, inspection: InspectionRow, ids: Sequence[str], *, follow_ups: bool
) -> dict[str, list[date]]:
    """Read the first days of the other inspections that count, by unit."""
    stated = (
        select(InspectionUnitRow.unit_id, InspectionRow.starts_on)
        .join(InspectionRow, InspectionRow.id == InspectionUnitRow.inspection_id)
        .where(InspectionUnitRow.unit_id.in_(ids), InspectionRow.state.in_(COUNTED))
        .where(InspectionRow.id != inspection.id)
    )
    stated = stated if follow_ups else stated.where(InspectionRow.follow_up_of.is_(None))
    days: dict[str, list[date]] = {unit: [] for unit in ids}
    for unit_id, starts_on in await session.execute(stated):
        days[unit_id].append(starts_on)
    return days
