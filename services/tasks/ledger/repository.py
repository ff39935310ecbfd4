"""Tasks in the database: loading what a move needs, in bulk, and writing history, clocks and lights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, cast

from sqlalchemy import Row, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import OWED, RoleName, State, UnitOnTask
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.ledger.domain_limits import OwnLimit
from services.tasks.models import ClockRow, PartRow, RevisionRow, TaskRow, TaskUnitRow, UnitRow
from shared.errors import Invalid, NotFound
from shared.paging import Sorting, up

DONE = (State.CLOSED, State.CANCELLED, State.STANDING)  # Nothing is owed any more.
CHUNK = 500  # Ids in one IN list; SQLite's own limit is far above.


@dataclass(slots=True)
class Held:
    """A task with all that a move looks at.

    Attributes:
        parts: By unit id, in printed order of the units.
        open_children: Subtasks that are not done.
        parent_due_at: Due instant of the task whose subtask it is.
        entry: The row of its history that is being written, until its snapshot is taken.
        anew: Clocks that begin anew with the next move, by limits that are the task's own.
    """

    task: TaskRow
    units: tuple[UnitOnTask, ...] = ()
    clocks: dict[str, ClockRow] = field(default_factory=dict)
    parts: dict[str, PartRow] = field(default_factory=dict)
    open_children: int = 0
    parent_due_at: datetime | None = None
    entry: RevisionRow | None = None
    anew: dict[str, OwnLimit] = field(default_factory=dict)

    @property
    def owed_by(self) -> ClockRow | None:
        """The clock by which the task is owed."""
        return next((clock for name in OWED if (clock := self.clocks.get(name))), None)


async def hold(session: AsyncSession, task_id: str) -> Held:
    """Load one task for a change, and lock it.

    Raises:
        NotFound: There is no such task.
    """
    held = await hold_all(session, [task_id])
    if task_id not in held:
        raise NotFound(f"没有编号为 {task_id} 的事项，请核对", code="task.not_found", field="id")
    return held[task_id]


async def hold_all(session: AsyncSession, ids: Iterable[str], *, lock: bool = True) -> dict[str, Held]:
    """Load tasks by id, and lock them for a change: the row on PostgreSQL; on SQLite the writer has the file."""
    held: dict[str, Held] = {}
    for chunk in batches(ids):
        found = select(TaskRow).where(TaskRow.id.in_(chunk)).order_by(TaskRow.id)
        found = found.with_for_update() if lock else found
        held |= {task.id: Held(task) for task in await session.scalars(found)}
        for task_id, units in (await units_of(session, chunk)).items():
            held[task_id].units = units
        await _load_parts(session, held, chunk)
    return held


async def _load_parts(session: AsyncSession, held: dict[str, Held], ids: Sequence[str]) -> None:
    clocks = select(ClockRow).where(ClockRow.task_id.in_(ids)).order_by(ClockRow.name)
    for clock in await session.scalars(clocks):
        held[clock.task_id].clocks[clock.name] = clock
    parts = select(PartRow).where(PartRow.task_id.in_(ids)).order_by(PartRow.unit_id)
    for part in await session.scalars(parts):
        held[part.task_id].parts[part.unit_id] = part
    open_children = select(TaskRow.parent_id, func.count()).where(
        TaskRow.parent_id.in_(ids), TaskRow.state.not_in([*DONE])
    )
    for task_id, count in await session.execute(open_children.group_by(TaskRow.parent_id)):
        held[str(task_id)].open_children = count
    await _load_parents(session, held, ids)


async def _load_parents(session: AsyncSession, held: dict[str, Held], ids: Sequence[str]) -> None:
    below = [one for task_id in ids if (one := held.get(task_id)) and one.task.parent_id]
    if not below:
        return
    parents = {str(one.task.parent_id) for one in below}
    found = await session.execute(select(TaskRow.id, TaskRow.due_at).where(TaskRow.id.in_(parents)))
    due = {parent_id: due_at for parent_id, due_at in found}  # noqa: C416 - rows are no pairs.
    for one in below:
        one.parent_due_at = due[str(one.task.parent_id)]


async def units_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, tuple[UnitOnTask, ...]]:
    """Read the units of tasks, in printed order, by task id."""
    rows = await session.execute(
        select(TaskUnitRow.task_id, TaskUnitRow.unit_id, TaskUnitRow.role, UnitRow.collective)
        .join(UnitRow, UnitRow.id == TaskUnitRow.unit_id)
        .where(TaskUnitRow.task_id.in_(ids))
        .order_by(TaskUnitRow.task_id, TaskUnitRow.ordinal)
    )
    units: dict[str, tuple[UnitOnTask, ...]] = {}
    for task_id, unit_id, role, collective in rows:
        on_task = UnitOnTask(unit_id, cast("RoleName", role), collective=collective)
        units[task_id] = (*units.get(task_id, ()), on_task)
    return units


def unit_rows(task_id: str, units: Iterable[UnitOnTask]) -> list[TaskUnitRow]:
    """Make the rows that keep the units of a task in their order."""
    return [
        TaskUnitRow(task_id=task_id, role=unit.role, unit_id=unit.unit_id, ordinal=ordinal)
        for ordinal, unit in enumerate(units)
    ]


async def replace_units(session: AsyncSession, held: Held, units: Sequence[UnitOnTask]) -> None:
    """Put other units on a task."""
    await session.execute(delete(TaskUnitRow).where(TaskUnitRow.task_id == held.task.id))
    held.units = tuple(units)
    session.add_all(unit_rows(held.task.id, held.units))


async def known_units(
    session: AsyncSession, wanted: Sequence[tuple[RoleName, str]]
) -> tuple[UnitOnTask, ...]:
    """Find the units that somebody names for a task.

    Raises:
        Invalid: One is unknown, or stands twice in a role.
    """
    ids = {unit_id for _, unit_id in wanted}
    rows = await session.execute(select(UnitRow.id, UnitRow.collective).where(UnitRow.id.in_(ids)))
    collective = {unit_id: is_collective for unit_id, is_collective in rows}  # noqa: C416 - rows are no pairs.
    if unknown := sorted(ids - set(collective)):
        message = f"没有编号为 {unknown[0]} 的单位，请核对"
        raise Invalid(message, code="unit.unknown", field="units", unit=unknown[0])
    if len(set(wanted)) != len(wanted):
        raise Invalid("同一单位在同一角色中只能出现一次", code="unit.twice", field="units")
    return tuple(UnitOnTask(unit_id, role, collective=collective[unit_id]) for role, unit_id in wanted)


def facts_of(held: Held) -> TaskFacts:
    """Read what was last said of a task, for a comparison with what is said now."""
    task = held.task
    return TaskFacts(
        number=task.number,
        title=task.title,
        section=task.section,
        body=task.body,
        lines=(task.first_line or 0, task.last_line or 0),
        units=tuple((unit.role, unit.unit_id) for unit in held.units),
        deadline=None if task.deadline_set else task.deadline,
        deadline_raw=task.deadline_raw,
        ongoing=task.ongoing,
        follow_up=task.follow_up,
        stage_note=task.stage_note,
        in_year_scope=task.in_year_scope,
    )


LightFacts: TypeAlias = Row[str, str, datetime | None, datetime | None, int, str, datetime]


async def light_facts(session: AsyncSession) -> Sequence[LightFacts]:
    """Read what lights are computed from, and the present light, of all tasks that are still owed."""
    clock = and_(ClockRow.task_id == TaskRow.id, ClockRow.name.in_(OWED))
    stated = select(
        TaskRow.id,
        TaskRow.state,
        TaskRow.due_at,
        TaskRow.submitted_at,
        TaskRow.progress,
        TaskRow.light,
        ClockRow.started_at,
    )
    stated = stated.outerjoin(ClockRow, clock).where(TaskRow.state.not_in([*DONE]))
    return (await session.execute(stated)).all()


def due_order(name: str) -> Sorting:
    """Give the order of a list of tasks of which the earliest due stands first, and those without a due time last."""
    due = TaskRow.due_at
    return Sorting(name, up(due.is_(None)), up(due), up(TaskRow.sort_key), up(TaskRow.id))


def due_key(task: TaskRow) -> tuple[bool, datetime | None, str, str]:
    """Give the place of a task in `due_order`."""
    return task.due_at is None, task.due_at, task.sort_key, task.id


def batches(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    """Cut ids into lists that one statement takes."""
    todo = list(ids)
    return (todo[start : start + CHUNK] for start in range(0, len(todo), CHUNK))
