"""The inner API of the burden report 减负: what the system cost each unit in each week of a period."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.burden import repository
from services.tasks.burden.domain import DEFINITIONS, Burden, count, week_within
from services.tasks.edge import Check
from services.tasks.models import UnitRow
from shared.clock import at_local, local_date
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal
from shared.workdays import ONE_DAY

LONGEST = timedelta(days=366)
FOUR_WEEKS = timedelta(days=27)


class WeekView(BaseModel):
    """What one unit had in one week, or in the part of it that lies in the period."""

    unit_id: str
    unit: str
    week_from: date
    week_to: date
    sign_fors: int
    reports: int
    submissions: int
    fields: int
    asks: int
    entered_for: int


class BurdenView(BaseModel):
    """The report of a period, both days included, with what each number means; a week without anything is left out."""

    first: date
    last: date
    definitions: dict[str, str]
    items: list[WeekView]


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/burden`."""
    router = APIRouter()

    @router.get("/burden")
    async def burden(
        who: Annotated[Principal, Depends(check)],
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
        unit: str = "",
    ) -> BurdenView:
        who.require("tasks:read")
        last = last or local_date(db.clock.now())
        first = first or last - FOUR_WEEKS
        check_period(first, last)
        async with db.reading() as session:
            return await show(session, first, last, unit)

    return router


def check_period(first: date, last: date) -> None:
    """Pass for a period of at most a year.

    Raises:
        Invalid: It ends before it begins, or is longer.
    """
    if not timedelta() <= last - first < LONGEST:
        message = f"from（{first}）至 to（{last}）须为不超过一年的期间"
        raise Invalid(message, code="burden.period", field="from")


async def show(session: AsyncSession, first: date, last: date, unit: str) -> BurdenView:
    """Count a period by unit and week."""
    found = await repository.entries(session, at_local(first), at_local(last + ONE_DAY), unit)
    rows = await session.execute(select(UnitRow.id, UnitRow.name))
    names = {unit_id: name for unit_id, name in rows}  # noqa: C416 - rows are no pairs.
    items = [
        _week(unit_id, names.get(unit_id, ""), week_within(monday, first, last), burden)
        for (unit_id, monday), burden in count(found).items()
    ]
    return BurdenView(first=first, last=last, definitions=dict(DEFINITIONS), items=items)


def _week(unit_id: str, name: str, days: tuple[date, date], burden: Burden) -> WeekView:
    return WeekView(
        unit_id=unit_id,
        unit=name,
        week_from=days[0],
        week_to=days[1],
        sign_fors=burden.sign_fors,
        reports=burden.reports,
        submissions=burden.submissions,
        fields=burden.fields,
        asks=burden.asks,
        entered_for=burden.entered_for,
    )
