"""The open tasks of a unit for its form, and how the tasks of a form that came back stand for it."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository
from services.tasks.ledger.domain import WITH_UNITS, Move
from services.tasks.ledger.domain_parts import PartState
from services.tasks.ledger.registration import REGISTER, REVISE
from services.tasks.ledger.repository import Held
from services.tasks.models import PartRow, ReportRow, RevisionRow, TaskRow
from services.tasks.sheets.repository import reports_of_unit

# Entries of the history after which a form is out of date; a reminder, a link or an extension does not touch it.
MATTERS = (REGISTER, REVISE, "edit", *Move, *(f"part.{move}" for move in Move))
DONE_PARTS = (PartState.SUBMITTED, PartState.PASSED)


async def open_tasks(session: AsyncSession, unit: str) -> list[str]:
    """Read the ids of the tasks in which a unit has the next word for its own part, in the ledger's order."""
    own = or_(TaskRow.answering_unit == unit, PartRow.state.not_in(DONE_PARTS))
    stated = (
        select(TaskRow.id)
        .join(PartRow, PartRow.task_id == TaskRow.id)
        .where(PartRow.unit_id == unit, TaskRow.state.in_(WITH_UNITS), own)
        .order_by(TaskRow.sort_key)
    )
    return list(await session.scalars(stated))


async def last_changes(session: AsyncSession, ids: Sequence[str], unit: str) -> dict[str, int]:
    """Read the last revision of each task that matters to a unit: its own moves and those of no unit."""
    rows = await session.execute(
        select(RevisionRow.task_id, func.max(RevisionRow.revision))
        .where(
            RevisionRow.task_id.in_(ids),
            RevisionRow.move.in_(MATTERS),
            or_(RevisionRow.unit_id.is_(None), RevisionRow.unit_id == unit),
        )
        .group_by(RevisionRow.task_id)
    )
    return {task_id: revision for task_id, revision in rows}  # noqa: C416 - rows are no pairs.


class UnitTasks:
    """Tasks as they stand for one unit, read in one go.

    Attributes:
        held: By task id; only those in which the unit has a part.
        changed_at: The last revision that matters to the unit.
        last: What it reported last.
    """

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.held: dict[str, Held] = {}
        self.changed_at: dict[str, int] = {}
        self.last: dict[str, ReportRow] = {}

    async def load(self, session: AsyncSession, ids: Sequence[str], *, lock: bool) -> None:
        """Read the tasks; `lock` keeps them until the transaction ends."""
        held = await repository.hold_all(session, ids, lock=lock)
        self.held = {
            task_id: held[task_id] for task_id in ids if task_id in held and self.unit in held[task_id].parts
        }
        for chunk in repository.batches(self.held):
            self.changed_at |= await last_changes(session, chunk, self.unit)
            self.last |= await reports_of_unit(session, chunk, self.unit)

    def state(self, task_id: str) -> str:
        """Give the state of the whole where the unit answers for it, else that of its part."""
        held = self.held[task_id]
        return held.task.state if held.task.answering_unit == self.unit else held.parts[self.unit].state
