"""Queries of those who look at services."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import NoticeRow, ServicePauseRow, ServiceRow
from services.notify.monitoring.domain import CLOCK, State
from services.notify.repository_notices import TOLD

UNFINISHED = (State.OPEN, State.PAUSED, State.UNLIMITED)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of services holds.

    Attributes:
        state: `open` for all that are not finished, `overdue` or `paused`.
        codes: Of these units; None for all.
        now: Business time.
    """

    state: str
    codes: Collection[str] | None
    now: datetime


async def list_services(
    session: AsyncSession, sought: Sought, *, after: ServiceRow | None, limit: int
) -> Sequence[ServiceRow]:
    """Read services, the first accepted first, from the one after `after`."""
    order = (ServiceRow.accepted_at, ServiceRow.subject)
    found = select(ServiceRow).order_by(*order).limit(limit)
    if sought.state == "overdue":
        found = found.where(ServiceRow.state == State.OPEN, ServiceRow.due_at < sought.now)
    else:
        found = found.where(ServiceRow.state.in_([State.PAUSED] if sought.state == "paused" else UNFINISHED))
    if sought.codes is not None:
        found = found.where(ServiceRow.unit_code.in_(sought.codes))
    if after is not None:
        found = found.where(tuple_(*order) > (after.accepted_at, after.subject))
    return (await session.scalars(found)).all()


async def pauses_of(session: AsyncSession, subjects: Sequence[str]) -> dict[str, list[ServicePauseRow]]:
    """Read the pauses of services whose beginning was heard of, in their order."""
    begun = select(ServicePauseRow).where(ServicePauseRow.subject.in_(subjects))
    begun = begun.where(ServicePauseRow.paused_at.is_not(None)).order_by(ServicePauseRow.number)
    found: dict[str, list[ServicePauseRow]] = {}
    for row in await session.scalars(begun):
        found.setdefault(row.subject, []).append(row)
    return found


async def notices_of(session: AsyncSession, subjects: Sequence[str]) -> dict[str, list[NoticeRow]]:
    """Read what was told about services, in its order."""
    told = select(NoticeRow).where(NoticeRow.task_id.in_(subjects), NoticeRow.clock == CLOCK)
    told = told.where(NoticeRow.verdict.in_(TOLD)).order_by(NoticeRow.planned_at, NoticeRow.id)
    found: dict[str, list[NoticeRow]] = {}
    for row in await session.scalars(told):
        found.setdefault(row.task_id, []).append(row)
    return found
