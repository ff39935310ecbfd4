"""The open tasks of a unit for its form, and how the tasks of a form that came back stand for it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository, repository_links
from services.tasks.ledger.domain import WITH_UNITS, Move, State
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


async def links_of(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, str]:
    """Read the link id of those tasks that are in one."""
    links: dict[str, str] = {}
    for chunk in repository.batches(ids):
        links |= await repository_links.links_by_task(session, chunk)
    return links


class UnitTasks:
    """Tasks as they stand for one unit, read in one go.

    Attributes:
        held: By task id; only those in which the unit has a part.
        changed_at: The last revision that matters to the unit.
        last: What it reported last.
        links: The link id of those that are in one.
        linked: All tasks of those links by id, of other units too, by link id.
    """

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.held: dict[str, Held] = {}
        self.changed_at: dict[str, int] = {}
        self.last: dict[str, ReportRow] = {}
        self.links: Mapping[str, str] = {}
        self.linked: dict[str, dict[str, Held]] = {}

    async def load(self, session: AsyncSession, ids: Sequence[str], *, lock: bool) -> None:
        """Read the tasks; `lock` keeps them until the transaction ends."""
        self.links = await links_of(session, ids)
        members = await repository_links.members_of(session, sorted({*self.links.values()}))
        known = {*ids, *(task_id for tasks in members.values() for task_id in tasks)}
        held = await repository.hold_all(session, sorted(known), lock=lock)
        self.linked = {link: {one: held[one] for one in tasks} for link, tasks in members.items()}
        self.held = {
            task_id: held[task_id] for task_id in ids if task_id in held and self.unit in held[task_id].parts
        }
        for chunk in repository.batches(self.held):
            self.changed_at |= await last_changes(session, chunk, self.unit)
            self.last |= await reports_of_unit(session, chunk, self.unit)

    def state(self, task_id: str) -> str:
        """Give the state of the whole where the unit answers for it, else that of its part."""
        return self.state_of(self.held[task_id])

    def has_signed(self, held: Held) -> bool:
        """Tell whether the unit has a part in a task and has signed for it."""
        return self.unit in held.parts and self.state_of(held) != State.ASSIGNED

    def state_of(self, held: Held) -> str:
        """As `state`, of a task that is at hand and in which the unit has a part."""
        return held.task.state if held.task.answering_unit == self.unit else held.parts[self.unit].state
