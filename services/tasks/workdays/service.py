"""The use case of the calendar: people set the days of a year, and everyone who counts days hears of it."""

from services.tasks.acts import Act
from services.tasks.workdays import repository
from services.tasks.workdays.domain import YearRevision
from shared.database import Tx
from shared.events.supervision import CalendarRevised


async def revise_calendar(tx: Tx, said: YearRevision, act: Act) -> None:
    """Set the days of a year; saying the same again changes nothing."""
    present = await repository.read_revision(tx.session, said.year)
    if present is not None and present[0] == said:
        return
    revision = present[1] + 1 if present else 1
    await repository.write_revision(tx.session, said, revision)
    event = CalendarRevised(
        year=said.year,
        workdays=tuple(sorted(said.workdays)),
        days_off=tuple(sorted(said.days_off)),
        complete=said.complete,
    )
    tx.publish(event, time=act.at, revision=revision)
