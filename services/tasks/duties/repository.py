"""Duties, their occurrences and the cadences that they may be adopted from, in the database."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.repository import DONE, batches, due_key, due_order
from services.tasks.models import CadenceRow, DutyRow, OccurrenceRow, PlanRow, TaskRow, UnitRow
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, up

Listed = tuple[OccurrenceRow, TaskRow]
SORTING = Sorting("duties", up(DutyRow.unit_id), up(DutyRow.title), up(DutyRow.id))
OWED = due_order("duties/open")


async def get_duty(session: AsyncSession, duty_id: str) -> DutyRow:
    """Read one duty.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(DutyRow, duty_id)
    if row is None:
        raise NotFound(f"没有编号为 {duty_id} 的例行事项，请核对", code="duty.not_found", field="id")
    return row


async def list_duties(
    session: AsyncSession, unit: str = "", holding_on: date | None = None, asked: Asked | None = None
) -> Page[DutyRow]:
    """Read duties by unit and title, a page or all; `holding_on` leaves out those that had ended by that day."""
    stated = select(DutyRow)
    stated = stated.where(DutyRow.unit_id == unit) if unit else stated
    if holding_on is not None:
        stated = stated.where(or_(DutyRow.ends_on.is_(None), DutyRow.ends_on >= holding_on))
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.unit_id, row.title, row.id))


async def known_occurrences(
    session: AsyncSession, duties: Iterable[str], since: date
) -> list[tuple[str, date, int]]:
    """Read the keys of the occurrences of duties whose period began on `since` or later."""
    key = (OccurrenceRow.duty_id, OccurrenceRow.period_start, OccurrenceRow.number)
    found: list[tuple[str, date, int]] = []
    for chunk in batches(duties):
        stated = select(*key).where(OccurrenceRow.duty_id.in_(chunk), OccurrenceRow.period_start >= since)
        found += [(duty_id, first, number) for duty_id, first, number in await session.execute(stated)]
    return found


async def occurrences_of(session: AsyncSession, duty_id: str, limit: int) -> list[Listed]:
    """Read the latest occurrences of a duty, the last period first."""
    stated = (
        select(OccurrenceRow, TaskRow)
        .join(TaskRow, TaskRow.id == OccurrenceRow.task_id)
        .where(OccurrenceRow.duty_id == duty_id)
        .order_by(OccurrenceRow.period_start.desc(), OccurrenceRow.number)
    )
    return [(row, task) for row, task in await session.execute(stated.limit(limit))]


async def open_occurrences(session: AsyncSession, unit: str, asked: Asked) -> Page[Listed]:
    """Read a page of what is still owed, of one unit or of all, the earliest due first."""
    stated = (
        select(OccurrenceRow, TaskRow)
        .join(TaskRow, TaskRow.id == OccurrenceRow.task_id)
        .where(TaskRow.state.not_in([*DONE]))
    )
    stated = stated.where(TaskRow.answering_unit == unit) if unit else stated
    found = [(row, task) for row, task in await session.execute(OWED.page(stated, asked))]
    return OWED.cut(found, asked, lambda one: due_key(one[1]))


async def successors(session: AsyncSession) -> dict[str, str]:
    """Read which unit stands in for each that has ended."""
    stated = select(UnitRow.id, UnitRow.successor).where(UnitRow.successor.is_not(None))
    return {unit: str(successor) for unit, successor in await session.execute(stated)}


async def get_cadence(session: AsyncSession, cadence_id: str) -> CadenceRow:
    """Read one cadence of a plan.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(CadenceRow, cadence_id)
    if row is None:
        message = f"没有编号为 {cadence_id} 的频次要求，请核对"
        raise NotFound(message, code="cadence.not_found", field="cadence_id")
    return row


async def cadences(session: AsyncSession) -> list[tuple[CadenceRow, str, str | None]]:
    """Read the cadences of all plans with the plan's title and the unit that answers for the task they stand in."""
    stated = (
        select(CadenceRow, PlanRow.title, TaskRow.answering_unit)
        .join(PlanRow, PlanRow.id == CadenceRow.plan_id)
        .outerjoin(TaskRow, TaskRow.id == CadenceRow.task_id)
        .order_by(PlanRow.ordinal, CadenceRow.first_line, CadenceRow.id)
    )
    return [(row, title, unit) for row, title, unit in await session.execute(stated)]


async def adopted(session: AsyncSession) -> dict[str, int]:
    """Count the duties that were adopted from each cadence."""
    stated = select(DutyRow.cadence_id, func.count()).where(DutyRow.cadence_id.is_not(None))
    rows = await session.execute(stated.group_by(DutyRow.cadence_id))
    return {str(cadence): count for cadence, count in rows}
