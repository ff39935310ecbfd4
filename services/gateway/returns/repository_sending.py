"""Which returns may go out, claimed by one replica at a time for each source.

Invariant: of one subject at most one return is on its way, and it is the first that is not done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.gateway.returns.domain import DONE, OPEN, State
from services.gateway.returns.models import ReturnAttempt, ReturnRow, ReturnSubject, ReturnTarget

MINUTE = timedelta(minutes=1)


def _is_lost(real_now: datetime) -> ColumnElement[bool]:
    return (ReturnRow.state == State.SENDING) & (ReturnRow.lost_at <= real_now)


def _may_go(real_now: datetime) -> ColumnElement[bool]:
    earlier = aliased(ReturnRow)
    waits_for = exists().where(
        earlier.kind == ReturnRow.kind,
        earlier.subject_id == ReturnRow.subject_id,
        earlier.position < ReturnRow.position,
        earlier.state.not_in(sorted(DONE)),
    )
    return and_(ReturnRow.state.in_(sorted(OPEN)), ReturnRow.next_try_at <= real_now, ~waits_for)


async def sources_due(session: AsyncSession, real_now: datetime) -> Sequence[str]:
    """Give the sources with something that may go out now, or was lost on its way."""
    wanted = (
        select(ReturnRow.source_id)
        .join(ReturnTarget, ReturnTarget.source_id == ReturnRow.source_id)
        .where(ReturnTarget.enabled, or_(_may_go(real_now), _is_lost(real_now)))
        .where(or_(ReturnTarget.not_before.is_(None), ReturnTarget.not_before <= real_now))
    )
    return (await session.scalars(wanted.distinct().order_by(ReturnRow.source_id))).all()


async def lock_target(session: AsyncSession, source_id: str) -> ReturnTarget | None:
    """Give the target of a source for this transaction alone; None while another replica has it."""
    wanted = select(ReturnTarget).where(ReturnTarget.source_id == source_id)
    return await session.scalar(wanted.with_for_update(skip_locked=True))


async def left_of_minute(session: AsyncSession, target: ReturnTarget, real_now: datetime) -> int:
    """Give how many more calls the target takes in this minute; whoever made the others."""
    wanted = select(func.count()).where(
        ReturnAttempt.source_id == target.source_id, ReturnAttempt.begun_at > real_now - MINUTE
    )
    return max(0, target.per_minute - (await session.scalar(wanted) or 0))


async def lost(session: AsyncSession, source_id: str, real_now: datetime) -> Sequence[ReturnRow]:
    """Lock and give the returns whose sender ended without a word."""
    wanted = select(ReturnRow).where(ReturnRow.source_id == source_id, _is_lost(real_now))
    return (await session.scalars(wanted.with_for_update(skip_locked=True))).all()


async def due(
    session: AsyncSession, source_id: str, real_now: datetime, *, most: int
) -> list[tuple[ReturnRow, ReturnSubject]]:
    """Lock and give so many returns of a source that may go out now, each with its subject."""
    wanted = (
        select(ReturnRow, ReturnSubject)
        .join(
            ReturnSubject,
            and_(ReturnSubject.kind == ReturnRow.kind, ReturnSubject.subject_id == ReturnRow.subject_id),
        )
        .where(ReturnRow.source_id == source_id, _may_go(real_now))
        .order_by(ReturnRow.next_try_at, ReturnRow.position)
        .limit(most)
        .with_for_update(of=ReturnRow, skip_locked=True)
    )
    return [(row, subject) for row, subject in await session.execute(wanted)]


async def lock_row(session: AsyncSession, return_id: str) -> ReturnRow | None:
    """Give a return for this transaction alone, as it is now."""
    wanted = select(ReturnRow).where(ReturnRow.id == return_id).execution_options(populate_existing=True)
    return await session.scalar(wanted.with_for_update())
