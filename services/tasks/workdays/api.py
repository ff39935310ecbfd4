"""The inner API of the working calendar."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.edge import Check, act_of, looking, refuse_collision, require_any
from services.tasks.workdays import repository
from services.tasks.workdays.domain import YearRevision, check_year, revise, view
from services.tasks.workdays.domain_formats import read_list
from services.tasks.workdays.service import import_year, revise_calendar, try_import
from shared.database import Database
from shared.principal import Principal


class CalendarBody(BaseModel):
    """The days of a year that people set; an empty body goes back to the official calendar."""

    model_config = ConfigDict(extra="forbid")

    workdays: list[date] = Field(default=[], max_length=366)
    days_off: list[date] = Field(default=[], max_length=366)
    complete: bool = False


class CalendarOut(BaseModel):
    """A year as everyone counts with it.

    Attributes:
        workdays: Weekend days on which people work.
        days_off: Weekdays on which they don't.
        provisional: Official days are not all known yet.
        revised: What people set, None when they set nothing.
        revision: How often they did.
    """

    year: int
    workdays: list[date]
    days_off: list[date]
    provisional: bool
    revised: CalendarBody | None
    revision: int


class ChangedDayOut(BaseModel):
    """A day that is counted otherwise than before."""

    model_config = ConfigDict(from_attributes=True)

    day: date
    is_workday: bool


class MovedClockOut(BaseModel):
    """The clock of a running limit that moves, since it was counted over other working days."""

    model_config = ConfigDict(from_attributes=True)

    task_id: str
    clock: str
    old_due_at: datetime
    new_due_at: datetime


class ImportOut(BaseModel):
    """What the import of a year did, or would do.

    Attributes:
        became_official: The days of the year were computed until then.
    """

    model_config = ConfigDict(from_attributes=True)

    year: int
    confirmed: bool
    became_official: bool
    days: list[ChangedDayOut]
    clocks: list[MovedClockOut]


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/calendar/{year}` and `/calendar/imports`."""
    router = APIRouter()

    @router.get("/calendar/{year}")
    async def show_year(year: int, who: Annotated[Principal, Depends(check)]) -> CalendarOut:
        who.require("tasks:read")
        check_year(year)
        async with db.reading() as session:
            return await _show(session, year)

    @router.put("/calendar/{year}")
    async def put_year(
        year: int, body: CalendarBody, who: Annotated[Principal, Depends(check)]
    ) -> CalendarOut:
        require_any(who, "plans:write", "ops:write")
        said = revise(year, body.workdays, body.days_off, complete=body.complete)
        async with db.transaction() as tx:
            await revise_calendar(tx, said, act_of(who, tx, db))
            await tx.session.flush()
            return await _show(tx.session, year)

    @router.post("/calendar/imports")
    async def import_days(
        request: Request, who: Annotated[Principal, Depends(check)], *, confirm: bool = False
    ) -> ImportOut:
        require_any(who, "plans:write", "ops:write")
        listed = read_list(await request.body())
        if not confirm:
            async with db.reading() as session:
                return ImportOut.model_validate(await try_import(session, listed, looking(who, db)))
        with refuse_collision():
            async with db.transaction() as tx:
                return ImportOut.model_validate(await import_year(tx, listed, act_of(who, tx, db)))

    return router


async def _show(session: AsyncSession, year: int) -> CalendarOut:
    seen = view(await repository.read_calendar(session), year)
    found = await repository.read_revision(session, year)
    said = _said(found[0]) if found else None
    return CalendarOut(
        year=year,
        workdays=list(seen.workdays),
        days_off=list(seen.days_off),
        provisional=seen.provisional,
        revised=said,
        revision=found[1] if found else 0,
    )


def _said(revised: YearRevision) -> CalendarBody:
    return CalendarBody(
        workdays=sorted(revised.workdays), days_off=sorted(revised.days_off), complete=revised.complete
    )
