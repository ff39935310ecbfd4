"""The days that people set, in the database."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.models import CalendarDayRow, CalendarYearRow
from services.tasks.workdays.domain import YearRevision
from shared.workdays import WorkCalendar

READ = "calendar"  # Where a session keeps the calendar that it has read.


async def read_calendar(session: AsyncSession) -> WorkCalendar:
    """Read the whole calendar as it is counted with, once in a session."""
    if READ not in session.info:
        days = await session.scalars(select(CalendarDayRow))
        years = await session.scalars(select(CalendarYearRow.year).where(CalendarYearRow.complete))
        session.info[READ] = WorkCalendar({row.day: row.is_workday for row in days}, frozenset(years))
    calendar: WorkCalendar = session.info[READ]
    return calendar


async def read_revision(session: AsyncSession, year: int) -> tuple[YearRevision, int] | None:
    """Read what people said of a year and its revision number; None when they said nothing."""
    row = await session.get(CalendarYearRow, year)
    if row is None:
        return None
    days = (await session.scalars(select(CalendarDayRow).where(CalendarDayRow.year == year))).all()
    revision = YearRevision(
        year,
        frozenset(day.day for day in days if day.is_workday),
        frozenset(day.day for day in days if not day.is_workday),
        row.complete,
    )
    return revision, row.revision


async def write_revision(session: AsyncSession, said: YearRevision, revision: int) -> None:
    """Keep what people said of a year instead of what they said before."""
    session.info.pop(READ, None)
    row = await session.get(CalendarYearRow, said.year)
    if row is None:
        row = CalendarYearRow(year=said.year)
        session.add(row)
    row.complete, row.revision = said.complete, revision
    await session.flush()  # Days refer to their year.
    await session.execute(delete(CalendarDayRow).where(CalendarDayRow.year == said.year))
    for days, is_workday in ((said.workdays, True), (said.days_off, False)):
        session.add_all(CalendarDayRow(day=day, year=said.year, is_workday=is_workday) for day in days)
