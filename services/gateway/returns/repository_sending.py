"""Which returns may go out, claimed by one replica at a time for each source.

Invariant: of one subject at most one return is on its way, and it is the first that is not done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.gateway.returns.domain import DONE, OPEN, State
from services.gateway.returns.models import ReturnAttempt, ReturnRow, ReturnSubject, ReturnTarget

MINUTE = timedelta(minutes=1)
PUT_OFF = timedelta(minutes=10)
LOOKED_AT = 200  # Returns of a source in one round.


def _is_lost(real_now: datetime) -> ColumnElement[bool]:
    return (ReturnRow.state == State.SENDING) & (ReturnRow.lost_at <= real_now)


def _is_due(real_now: datetime) -> ColumnElement[bool]:
    return and_(ReturnRow.state.in_(sorted(OPEN)), ReturnRow.next_try_at <= real_now)


def _waits_for_another() -> ColumnElement[bool]:
    earlier = aliased(ReturnRow)
    return exists().where(
        earlier.kind == ReturnRow.kind,
        earlier.subject_id == ReturnRow.subject_id,
        earlier.position < ReturnRow.position,
        earlier.state.not_in(sorted(DONE)),
    )


async def sources_due(session: AsyncSession, real_now: datetime) -> Sequence[str]:
    """Give the sources with something that may go out now, or was lost on its way."""
    of_target = ReturnRow.source_id == ReturnTarget.source_id
    # Each asks an index for its first row; one condition for both would read all that ever went back.
    anything = or_(
        exists().where(of_target, _is_due(real_now)), exists().where(of_target, _is_lost(real_now))
    )
    is_open = or_(ReturnTarget.not_before.is_(None), ReturnTarget.not_before <= real_now)
    wanted = select(ReturnTarget.source_id).where(ReturnTarget.enabled, is_open, anything)
    return (await session.scalars(wanted.order_by(ReturnTarget.source_id))).all()


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


class Due(NamedTuple):
    """What may go out now, with its subjects, and how many of those that were looked at wait for another return."""

    free: list[tuple[ReturnRow, ReturnSubject]]
    put_off: int


async def due(session: AsyncSession, source_id: str, real_now: datetime, *, most: int) -> Due:
    """Lock and give so many returns of a source that may go out now.

    Those that wait for an earlier one of their subject are put off: `release_next` brings them back, and they are
    looked at again in any case, since the earlier one may end while they are written.
    """
    looked_at = (
        select(ReturnRow.id, _waits_for_another())
        .where(ReturnRow.source_id == source_id, _is_due(real_now))
        .order_by(ReturnRow.next_try_at, ReturnRow.position)
        .limit(LOOKED_AT)
    )
    found = [(name, waits) for name, waits in await session.execute(looked_at)]
    behind = [name for name, waits in found if waits]
    if behind:
        later = update(ReturnRow).where(ReturnRow.id.in_(behind), _is_due(real_now))
        await session.execute(later.values(next_try_at=real_now + PUT_OFF))
    names = [name for name, waits in found if not waits][:most]
    return Due(await _lock(session, names, real_now), len(behind))


async def _lock(
    session: AsyncSession, names: Sequence[str], real_now: datetime
) -> list[tuple[ReturnRow, ReturnSubject]]:
    if not names:
        return []
    wanted = (
        select(ReturnRow, ReturnSubject)
        .join(
            ReturnSubject,
            and_(ReturnSubject.kind == ReturnRow.kind, ReturnSubject.subject_id == ReturnRow.subject_id),
        )
        .where(ReturnRow.id.in_(names), _is_due(real_now))
        .order_by(ReturnRow.next_try_at, ReturnRow.position)
        .with_for_update(of=ReturnRow, skip_locked=True)
    )
    return [(row, subject) for row, subject in await session.execute(wanted)]


async def release_next(session: AsyncSession, row: ReturnRow, real_now: datetime) -> None:
    """Let the return behind one that is done go at once."""
    await session.flush()
    behind = aliased(ReturnRow)
    following = (
        select(behind.id)
        .where(
            behind.kind == row.kind,
            behind.subject_id == row.subject_id,
            behind.position > row.position,
            behind.state.not_in(sorted(DONE)),
        )
        .order_by(behind.position)
        .limit(1)
        .scalar_subquery()
    )
    untried = update(ReturnRow).where(ReturnRow.id == following, ReturnRow.tries == 0)
    await session.execute(untried.values(next_try_at=real_now))


async def lock_row(session: AsyncSession, return_id: str) -> ReturnRow | None:
    """Give a return for this transaction alone, as it is now."""
    wanted = select(ReturnRow).where(ReturnRow.id == return_id).execution_options(populate_existing=True)
    return await session.scalar(wanted.with_for_update())
