"""Problems in the database, with what each blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.ledger.repository import batches
from services.tasks.models import InspectionRow, ProblemRow, TaskBlockRow, TaskRow, TaskUnitRow
from shared.errors import NotFound

Listed = tuple[ProblemRow, TaskRow]
LONGEST_LIST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list of problems is filtered by; an empty word filters nothing.

    Attributes:
        done: Also those that are struck off or cancelled.
        blocks: The id of a task that they block.
    """

    unit: str = ""
    category: str = ""
    found_in: str = ""
    blocks: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """A task at the other end of a block."""

    id: str
    title: str
    state: str


async def get_problem(session: AsyncSession, task_id: str) -> ProblemRow:
    """Read one problem.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(ProblemRow, task_id)
    if row is None:
        raise NotFound(f"没有编号为 {task_id} 的问题，请核对", code="problem.not_found", field="id")
    return row


async def check_inspection(session: AsyncSession, inspection_id: str) -> None:
    """Pass when there is such an inspection.

    Raises:
        NotFound: There is none.
    """
    if await session.get(InspectionRow, inspection_id) is None:
        message = f"没有编号为 {inspection_id} 的督查活动，请核对"
        raise NotFound(message, code="inspection.not_found", field="found_in")


async def list_problems(session: AsyncSession, wanted: Wanted) -> Sequence[Listed]:
    """Read problems with their tasks, the earliest due first, at most `LONGEST_LIST`."""
    stated = select(ProblemRow, TaskRow).join(TaskRow, TaskRow.id == ProblemRow.task_id)
    for column, value in ((ProblemRow.category, wanted.category), (ProblemRow.found_in, wanted.found_in)):
        stated = stated.where(column == value) if value else stated
    if not wanted.done:
        stated = stated.where(TaskRow.state.not_in([*ENDED]))
    if wanted.unit:
        theirs = select(TaskUnitRow.task_id).where(TaskUnitRow.unit_id == wanted.unit)
        stated = stated.where(TaskRow.id.in_(theirs))
    if wanted.blocks:
        open_ones = (TaskBlockRow.blocked_task_id == wanted.blocks) & TaskBlockRow.until.is_(None)
        stated = stated.where(TaskRow.id.in_(select(TaskBlockRow.blocker_task_id).where(open_ones)))
    stated = stated.order_by(TaskRow.due_at.is_(None), TaskRow.due_at, TaskRow.sort_key).limit(LONGEST_LIST)
    return [(row, task) for row, task in await session.execute(stated)]


async def blocked_by(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[Blocked]]:
    """Read what each of these tasks blocks now."""
    found: dict[str, list[Blocked]] = {}
    for chunk in batches(ids):
        stated = (
            select(TaskBlockRow.blocker_task_id, TaskRow.id, TaskRow.title, TaskRow.state)
            .join(TaskRow, TaskRow.id == TaskBlockRow.blocked_task_id)
            .where(TaskBlockRow.blocker_task_id.in_(chunk), TaskBlockRow.until.is_(None))
            .order_by(TaskRow.sort_key)
        )
        for blocker, *blocked in await session.execute(stated):
            found.setdefault(blocker, []).append(Blocked(*blocked))
    return found


async def blockers_of(session: AsyncSession, task_id: str) -> list[Blocked]:
    """Read what blocks a task now."""
    blocker = aliased(TaskRow)
    stated = (
        select(blocker.id, blocker.title, blocker.state)
        .join(TaskBlockRow, TaskBlockRow.blocker_task_id == blocker.id)
        .where(TaskBlockRow.blocked_task_id == task_id, TaskBlockRow.until.is_(None))
        .order_by(blocker.sort_key)
    )
    return [Blocked(*row) for row in await session.execute(stated)]
