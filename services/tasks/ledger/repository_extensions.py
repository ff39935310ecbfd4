"""Extensions 延期 in the database."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain_extensions import ExtensionState
from services.tasks.models import ClockRow, ExtensionRow, TaskRow
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, up

SORTING = Sorting("extensions", up(ExtensionRow.asked_at), up(ExtensionRow.task_id), up(ExtensionRow.number))
Queued = tuple[ExtensionRow, str]


async def extensions_of(session: AsyncSession, task_id: str) -> Sequence[ExtensionRow]:
    """Read all that was asked for a task, oldest first."""
    stated = select(ExtensionRow).where(ExtensionRow.task_id == task_id).order_by(ExtensionRow.number)
    return (await session.scalars(stated)).all()


async def pending_of(session: AsyncSession, task_id: str) -> ExtensionRow | None:
    """Read the request of a task that waits for an answer."""
    stated = select(ExtensionRow).where(
        ExtensionRow.task_id == task_id, ExtensionRow.state == ExtensionState.PENDING
    )
    return (await session.scalars(stated)).first()


async def next_number(session: AsyncSession, task_id: str) -> int:
    """Give the number of a task's next request."""
    stated = select(func.max(ExtensionRow.number)).where(ExtensionRow.task_id == task_id)
    return (await session.scalar(stated) or 0) + 1


async def granted_since(session: AsyncSession, clock: ClockRow) -> int:
    """Count the extensions of a clock that were granted since it began."""
    stated = select(func.count()).where(
        ExtensionRow.task_id == clock.task_id,
        ExtensionRow.clock == clock.name,
        ExtensionRow.state == ExtensionState.GRANTED,
        ExtensionRow.asked_at >= clock.started_at,
    )
    return await session.scalar(stated) or 0


async def get_extension(session: AsyncSession, task_id: str, number: int) -> ExtensionRow:
    """Read one request.

    Raises:
        NotFound: The task has none with this number.
    """
    row = await session.get(ExtensionRow, (task_id, number))
    if row is None:
        message = f"事项 {task_id} 没有第 {number} 号延期申请，请核对"
        raise NotFound(message, code="extension.not_found", field="number")
    return row


async def queue(session: AsyncSession, state: ExtensionState, asked: Asked) -> Page[Queued]:
    """Read a page of the requests in one state with the titles of their tasks, oldest first."""
    stated = (
        select(ExtensionRow, TaskRow.title)
        .join(TaskRow, TaskRow.id == ExtensionRow.task_id)
        .where(ExtensionRow.state == state)
    )
    found = [(row, title) for row, title in await session.execute(SORTING.page(stated, asked))]
    return SORTING.cut(found, asked, lambda one: (one[0].asked_at, one[0].task_id, one[0].number))
