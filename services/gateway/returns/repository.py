"""Rows that the feeder writes: the cursor, subjects, and returns as events make them."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.models import ArchivedEvent
from services.gateway.returns.domain import State
from services.gateway.returns.domain_events import TYPES
from services.gateway.returns.models import CURSOR, ReturnCursor, ReturnRow, ReturnSubject

SCANNED = 2000  # Positions that one page looks at, at most: it is read and written in some ten milliseconds.

_INSERTS: dict[str, Callable[[type[ReturnCursor]], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Found(NamedTuple):
    """What stands behind a position of the archive.

    Attributes:
        after: The position.
        entries: Position, event id, type and bytes of what may concern returns.
        reached: Up to where nothing more is to be found.
        last: Newest position of the archive.
    """

    after: int
    entries: Sequence[tuple[int, str, str, bytes]]
    reached: int
    last: int


async def cursor_position(session: AsyncSession) -> int | None:
    """Give the position up to which the archive was read; None before the first start."""
    return await session.scalar(select(ReturnCursor.position).where(ReturnCursor.id == CURSOR))


async def make_cursor(session: AsyncSession, position: int | None) -> None:
    """Make the cursor, unless there is one: at a position, or at the present end of the archive."""
    if position is None:
        position = await session.scalar(select(func.max(ArchivedEvent.position))) or 0
    insert = _INSERTS[session.get_bind().dialect.name](ReturnCursor)
    await session.execute(insert.values(id=CURSOR, position=position).on_conflict_do_nothing())


async def lock_cursor(session: AsyncSession) -> int | None:
    """Give the position and keep every other reader away until the transaction ends; None while another one reads."""
    wanted = select(ReturnCursor.position).where(ReturnCursor.id == CURSOR)
    return await session.scalar(wanted.with_for_update(skip_locked=True))


async def move_cursor(session: AsyncSession, position: int) -> None:
    """Remember that everything up to `position` was read."""
    await session.execute(update(ReturnCursor).where(ReturnCursor.id == CURSOR).values(position=position))


async def entries_behind(session: AsyncSession, after: int, *, scanned: int = SCANNED) -> Found:
    """Give what may concern returns behind a position; where retention has passed, the oldest that is left."""
    first = await session.scalar(select(func.min(ArchivedEvent.position))) or 1
    last = await session.scalar(select(func.max(ArchivedEvent.position))) or 0
    until = max(after, first - 1) + scanned
    wanted = select(
        ArchivedEvent.position, ArchivedEvent.event_id, ArchivedEvent.type, ArchivedEvent.payload
    ).where(
        ArchivedEvent.position > after, ArchivedEvent.position <= until, ArchivedEvent.type.in_(sorted(TYPES))
    )
    rows = await session.execute(wanted.order_by(ArchivedEvent.position))
    return Found(after, [(*row,) for row in rows], max(after, min(until, last)), last)


async def subjects_of(
    session: AsyncSession, ids: Collection[str], tasks: Collection[str]
) -> list[ReturnSubject]:
    """Give the subjects with these ids, or of these tasks, or merged into them."""
    wanted = select(ReturnSubject)
    found: dict[tuple[str, str], ReturnSubject] = {}
    for column, values in (
        (ReturnSubject.subject_id, ids),
        (ReturnSubject.task_id, tasks),
        (ReturnSubject.merged_into, tasks),
    ):
        rows = await session.scalars(wanted.where(column.in_(sorted(values)))) if values else ()
        found |= {(row.kind, row.subject_id): row for row in rows}
    return list(found.values())


async def last_occurrence(session: AsyncSession, subject: ReturnSubject, step: str) -> int:
    """Give how many times a step went back, or is to, for a subject."""
    wanted = select(func.max(ReturnRow.occurrence)).where(
        ReturnRow.kind == subject.kind, ReturnRow.subject_id == subject.subject_id, ReturnRow.step == step
    )
    return await session.scalar(wanted) or 0


async def unplaced(session: AsyncSession, subject: ReturnSubject) -> Sequence[ReturnRow]:
    """Give the returns of a subject that did not know their source."""
    wanted = select(ReturnRow).where(
        ReturnRow.kind == subject.kind,
        ReturnRow.subject_id == subject.subject_id,
        ReturnRow.state == State.UNPLACED,
    )
    return (await session.scalars(wanted)).all()
