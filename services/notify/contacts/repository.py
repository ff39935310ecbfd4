"""Contacts in the database: which posts are held, and the routes to a mailbox, at an instant of business time."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.contacts.domain import (
    Holding,
    Route,
    fellows,
    held_by_heirs,
    read_by,
    readers,
    routes_of,
)
from services.notify.models import LeaveRow, PersonRouteRow, PostRow, UnitRow
from shared.clock import local_date


async def held_posts(session: AsyncSession, units: Collection[str], at: datetime) -> frozenset[str]:
    """Name the mailboxes of posts of these units that somebody holds; a unit's own mailbox is not one of them."""
    # Posts are few, and the ids of many units would not fit into one statement's parameters.
    stated = select(PostRow.mailbox).where(PostRow.mailbox.contains("/"), _on(at)).distinct()
    return held_by_heirs(await session.scalars(stated), units, await successors(session))


async def successors(session: AsyncSession) -> dict[str, str]:
    """Name for every unit that was merged into which; they are few."""
    stated = select(UnitRow.unit_id, UnitRow.successor).where(UnitRow.successor.is_not(None))
    return {unit: str(successor) for unit, successor in await session.execute(stated)}


async def routes(
    session: AsyncSession, mailboxes: Collection[str], at: datetime
) -> dict[str, tuple[Route, ...]]:
    """Give the routes to the readers of each mailbox, in order of preference; a mailbox without any is left out.

    What is for a unit that was merged goes to the readers of its heir.
    """
    merged = await successors(session)
    readers_of = {mailbox: read_by(mailbox, merged) for mailbox in mailboxes}
    own = await _own_routes(session, {one for ones in readers_of.values() for one in ones}, at)
    found = {
        mailbox: next((own[one] for one in ones if one in own), ()) for mailbox, ones in readers_of.items()
    }
    return {mailbox: ones for mailbox, ones in found.items() if ones}


async def fellow_mailboxes(session: AsyncSession, mailboxes: Collection[str], at: datetime) -> frozenset[str]:
    """Name the other mailboxes of those who read these now."""
    people = await _readers(session, select(PostRow).where(_on(at)), at)
    return fellows(mailboxes, people, await successors(session))


async def _own_routes(
    session: AsyncSession, mailboxes: Collection[str], at: datetime
) -> dict[str, tuple[Route, ...]]:
    people = await _readers(session, select(PostRow).where(PostRow.mailbox.in_(mailboxes), _on(at)), at)
    ways = await _ways(session, {person for persons in people.values() for person in persons})
    found = {mailbox: routes_of(persons, ways) for mailbox, persons in people.items()}
    return {mailbox: ones for mailbox, ones in found.items() if ones}


async def _readers(
    session: AsyncSession, stated: Select[PostRow], at: datetime
) -> dict[str, tuple[str, ...]]:
    day = local_date(at)
    holdings = [
        Holding(row.mailbox, row.person_id, row.from_day, row.until_day)
        for row in await session.scalars(stated)
    ]
    away = select(LeaveRow).where(LeaveRow.from_day <= day, LeaveRow.until_day >= day)
    deputies = {
        row.person_id: row.deputy_id for row in await session.scalars(away.order_by(LeaveRow.from_day))
    }
    return readers(holdings, deputies, day)


def _on(at: datetime) -> ColumnElement[bool]:
    day = local_date(at)
    return and_(PostRow.from_day <= day, or_(PostRow.until_day.is_(None), PostRow.until_day >= day))


async def _ways(session: AsyncSession, people: Collection[str]) -> dict[str, list[Route]]:
    stated = select(PersonRouteRow).where(PersonRouteRow.person_id.in_(people))
    ways = defaultdict[str, list[Route]](list)
    for row in await session.scalars(stated.order_by(PersonRouteRow.person_id, PersonRouteRow.place)):
        ways[row.person_id].append(Route(row.channel, row.person_id, row.address))
    return ways
