"""What people and Prometheus see of returns: lists, one with its attempts, and counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.returns.domain import DONE, State
from services.gateway.returns.models import ReturnAttempt, ReturnRow, ReturnSubject, ReturnTarget
from shared.bulk import has_key


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shall have; what is empty does not matter."""

    source_id: str = ""
    state: State | None = None
    subject_id: str = ""
    day: date | None = None
    after: str = ""


Listed = tuple[ReturnRow, ReturnSubject]
_SUBJECT = and_(ReturnSubject.kind == ReturnRow.kind, ReturnSubject.subject_id == ReturnRow.subject_id)


async def list_returns(session: AsyncSession, wanted: Wanted, *, limit: int) -> list[Listed]:
    """Give returns by their ids, behind the id `after`."""
    chosen = select(ReturnRow, ReturnSubject).join(ReturnSubject, _SUBJECT).where(ReturnRow.id > wanted.after)
    filters = (
        (ReturnRow.source_id, wanted.source_id),
        (ReturnRow.state, wanted.state),
        (ReturnRow.subject_id, wanted.subject_id),
        (ReturnRow.day, wanted.day),
    )
    for column, value in filters:
        if value:
            chosen = chosen.where(column == value)
    rows = await session.execute(chosen.order_by(ReturnRow.id).limit(limit))
    return [(row, subject) for row, subject in rows]


async def find_return(session: AsyncSession, return_id: str) -> Listed | None:
    """Give one return with its subject."""
    chosen = select(ReturnRow, ReturnSubject).join(ReturnSubject, _SUBJECT).where(ReturnRow.id == return_id)
    found = (await session.execute(chosen)).one_or_none()
    return None if found is None else (found[0], found[1])


async def attempts_of(session: AsyncSession, return_id: str) -> Sequence[ReturnAttempt]:
    """Give the attempts of a return, the first one first."""
    wanted = select(ReturnAttempt).where(ReturnAttempt.return_id == return_id).order_by(ReturnAttempt.number)
    return (await session.scalars(wanted)).all()


async def first_unfinished_before(session: AsyncSession, row: ReturnRow) -> str | None:
    """Give the earlier return of the same subject that this one waits for."""
    wanted = select(ReturnRow.id).where(
        ReturnRow.kind == row.kind,
        ReturnRow.subject_id == row.subject_id,
        ReturnRow.position < row.position,
        ReturnRow.state.not_in(sorted(DONE)),
    )
    return await session.scalar(wanted.order_by(ReturnRow.position).limit(1))


async def counts_of_day(session: AsyncSession, source_id: str, day: date) -> list[tuple[str, str, int]]:
    """Count the returns of a source whose states are of a day: step, state, how many."""
    wanted = select(ReturnRow.step, ReturnRow.state, func.count()).where(
        ReturnRow.source_id == source_id, ReturnRow.day == day
    )
    rows = await session.execute(wanted.group_by(ReturnRow.step, ReturnRow.state))
    return [(step, state, count) for step, state, count in rows]


async def forget_attempts(session: AsyncSession, before: datetime, *, limit: int) -> int:
    """Remove attempts that began before a real time, of returns that are over; give how many. The returns stay."""
    key = (ReturnAttempt.return_id, ReturnAttempt.number)
    over = select(*key).join(ReturnRow).where(ReturnAttempt.begun_at < before, ReturnRow.state.in_(DONE))
    found = (await session.execute(over.order_by(ReturnAttempt.begun_at).limit(limit))).all()
    if found:
        gone = delete(ReturnAttempt).where(has_key(key, [tuple(one) for one in found]))
        await session.execute(gone.execution_options(synchronize_session=False))
    return len(found)


async def lock_day(
    session: AsyncSession, source_id: str, day: date, states: Collection[State]
) -> Sequence[ReturnRow]:
    """Give the returns of a source and day in some states, for this transaction alone."""
    wanted = select(ReturnRow).where(
        ReturnRow.source_id == source_id, ReturnRow.day == day, ReturnRow.state.in_(sorted(states))
    )
    return (await session.scalars(wanted.order_by(ReturnRow.id).with_for_update())).all()


async def ids_of_day(session: AsyncSession, source_id: str, day: date) -> set[str]:
    """Give the ids of all returns of a source and day."""
    wanted = select(ReturnRow.id).where(ReturnRow.source_id == source_id, ReturnRow.day == day)
    return set(await session.scalars(wanted))


async def list_targets(session: AsyncSession) -> Sequence[ReturnTarget]:
    """Give all targets by their sources."""
    return (await session.scalars(select(ReturnTarget).order_by(ReturnTarget.source_id))).all()


class Depth(NamedTuple):
    """How many returns of a source are in a state, and since when the oldest is (real time)."""

    source_id: str
    state: str
    returns: int
    oldest: datetime


async def depths(session: AsyncSession, sources: Collection[str]) -> list[Depth]:
    """Count what is neither delivered nor dismissed; of the source "" it is what has no place yet."""
    wanted = select(ReturnRow.source_id, ReturnRow.state, func.count(), func.min(ReturnRow.queued_at)).where(
        ReturnRow.source_id.in_(sorted(sources)), ReturnRow.state.in_(sorted(set(State) - DONE))
    )
    return [
        Depth(*row) for row in await session.execute(wanted.group_by(ReturnRow.source_id, ReturnRow.state))
    ]
