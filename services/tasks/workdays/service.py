"""The use cases of the calendar: people set or import the days of a year, and everyone who counts days hears of it.

Invariant: the limits that were counted over those days move in the same transaction, behind the event of the calendar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.approvals.recounting import recount_claims
from services.tasks.ledger.recounting import Calendars, Recount, recount_limits, try_recount
from services.tasks.workdays import repository
from services.tasks.workdays.domain import (
    ChangedDay,
    YearRevision,
    changed_days,
    check_year,
    extend,
    reaches_back,
    whole_year,
    with_year,
)
from services.tasks.workdays.domain_formats import Listed
from shared.clock import at_local
from shared.database import Tx
from shared.events.supervision import CalendarRevised
from shared.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did, or would do.

    Attributes:
        days: Those that are counted otherwise.
        clocks: Those of running limits that move.
        became_official: Whether the days of the year were computed until then.
    """

    year: int
    confirmed: bool
    became_official: bool
    days: Sequence[ChangedDay]
    clocks: Sequence[Recount]


async def revise_calendar(tx: Tx, said: YearRevision, act: Act) -> Sequence[Recount]:
    """Set the days of a year, and count the running limits anew; saying the same again changes nothing."""
    present = await repository.read_revision(tx.session, said.year)
    if present is not None and present[0] == said:
        return ()
    before = await repository.read_calendar(tx.session)
    revision = present[1] + 1 if present else 1
    await repository.write_revision(tx.session, said, revision)
    event = CalendarRevised(
        year=said.year,
        workdays=tuple(sorted(said.workdays)),
        days_off=tuple(sorted(said.days_off)),
        complete=said.complete,
    )
    tx.publish(event, time=act.at, revision=revision)
    change = _change(before, [said])
    await recount_claims(tx, change, act)
    return await recount_limits(tx, change, act)


async def try_import(session: AsyncSession, listed: Listed, act: Act) -> ImportOutcome:
    """Say what `import_year` would do, and do nothing.

    Raises:
        Invalid: The list is not the whole of its year.
    """
    before = await repository.read_calendar(session)
    change = _change(before, await _revisions(session, listed, before))
    return _outcome(listed, change, await try_recount(session, change, act.at), confirmed=False)


async def import_year(tx: Tx, listed: Listed, act: Act) -> ImportOutcome:
    """Take a list as the whole official calendar of its year; days of the December before are set beside it.

    Raises:
        Invalid: The list is not the whole of its year.
    """
    before = await repository.read_calendar(tx.session)
    revisions = await _revisions(tx.session, listed, before)
    moved = [one for said in revisions for one in await revise_calendar(tx, said, act)]
    return _outcome(listed, _change(before, revisions), moved, confirmed=True)


async def _revisions(session: AsyncSession, listed: Listed, before: WorkCalendar) -> list[YearRevision]:
    check_year(listed.year)
    december = {day: works for day, works in listed.days.items() if reaches_back(day, listed.year)}
    own = {day: works for day, works in listed.days.items() if day not in december}
    new = {day: works for day, works in december.items() if before.is_workday(day) is not works}
    revisions = [whole_year(listed.year, own)]
    if new:
        year = listed.year - 1
        present = await repository.read_revision(session, year)
        said = present[0] if present else YearRevision(year, frozenset(), frozenset(), complete=False)
        revisions.insert(0, extend(said, new))
    return revisions


def _change(before: WorkCalendar, revisions: Sequence[YearRevision]) -> Calendars:
    after = before
    for said in revisions:
        after = with_year(after, said)
    return Calendars(before, after, at_local(date(revisions[0].year, 1, 1)))


def _outcome(
    listed: Listed, change: Calendars, moved: Sequence[Recount], *, confirmed: bool
) -> ImportOutcome:
    days = [
        day
        for year in (listed.year - 1, listed.year)
        for day in changed_days(change.before, change.after, year)
    ]
    news = change.after.is_official(listed.year) and not change.before.is_official(listed.year)
    return ImportOutcome(listed.year, confirmed, news, days, moved)
