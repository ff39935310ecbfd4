"""Changes that somebody thinks of: made to the copy as their use cases make them to the real thing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select

from services.notify import repository
from services.notify.contacts.book import Book
from services.notify.contacts.service import replace_book
from services.notify.models import CalendarDayRow
from services.notify.rulebooks.service import try_rules
from shared.database import Tx


@dataclass(frozen=True, slots=True)
class Change:
    """What would be otherwise.

    Attributes:
        rules: A whole rulebook as JSON; None for the present one.
        days: Days that would be working ones (True) or days off.
        contacts: A whole book of contacts; None for the present one.
    """

    rules: Any = None
    days: Mapping[date, bool] = field(default_factory=dict)
    contacts: Book | None = None


async def make(tx: Tx, change: Change) -> None:
    """Make a change.

    Raises:
        Invalid: The rules, or the contacts, have faults.
    """
    if change.contacts is not None:
        await replace_book(tx, change.contacts)
    if change.rules is not None:
        await try_rules(tx, change.rules)
    if change.days:
        await _set_days(tx, change.days)


async def _set_days(tx: Tx, days: Mapping[date, bool]) -> None:
    for year, own in groupby(sorted(days), key=lambda day: day.year):
        rows = await tx.session.scalars(select(CalendarDayRow).where(CalendarDayRow.year == year))
        present = {row.day: row.workday for row in rows}
        await repository.replace_year(tx.session, year, present | {day: days[day] for day in own})
    await repository.replan(tx.session, now=tx.now)
