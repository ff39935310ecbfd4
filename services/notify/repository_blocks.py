"""Queries on which task waits for which, and on the rungs that were held back meanwhile."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain import HELD_BACK
from services.notify.models import BlockRow, ClockRow, NoticeRow
from services.notify.repository import dialect_insert


async def add_block(session: AsyncSession, task_id: str, by: str) -> None:
    """Write that a task waits for another, once."""
    new = dialect_insert(session, BlockRow).values(task_id=task_id, by=by)
    await session.execute(new.on_conflict_do_nothing())


async def remove_block(session: AsyncSession, task_id: str, by: str) -> bool:
    """Remove that a task waits for another; say whether it did."""
    gone = delete(BlockRow).where(BlockRow.task_id == task_id, BlockRow.by == by).returning(BlockRow.by)
    return await session.scalar(gone) is not None


async def blocks(session: AsyncSession) -> dict[str, list[str]]:
    """Read what each blocked task waits for."""
    found: dict[str, list[str]] = {}
    rows = select(BlockRow.task_id, BlockRow.by).order_by(BlockRow.task_id, BlockRow.by)
    for task_id, by in await session.execute(rows):
        found.setdefault(task_id, []).append(by)
    return found


async def look_again(session: AsyncSession, task_id: str, *, now: datetime) -> None:
    """Have the running clocks of a task, whose last rung was held back, decide that rung once more, now."""
    held = exists().where(
        NoticeRow.task_id == ClockRow.task_id,
        NoticeRow.clock == ClockRow.clock,
        NoticeRow.due_at == ClockRow.due_at,
        NoticeRow.offset_days == ClockRow.decided_offset,
        NoticeRow.verdict.in_(HELD_BACK),
    )
    running = update(ClockRow).where(ClockRow.task_id == task_id, ClockRow.stopped_at.is_(None), held)
    await session.execute(
        running.values(decided_offset=ClockRow.decided_offset - 1, next_at=now).execution_options(
            synchronize_session=False
        )
    )
