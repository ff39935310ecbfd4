"""Tasks in the database: loading what a move needs, in bulk, and writing history, clocks and lights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, cast

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import RoleName, State, UnitOnTask
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.models import ClockRow, TaskRow, TaskUnitRow, UnitRow
from shared.errors import NotFound

CHUNK = 500  # Ids in one IN list; SQLite's own limit is far above.


@dataclass(slots=True)
class Held:
    """A task with all that a move looks at."""

    task: TaskRow
    units: tuple[UnitOnTask, ...] = ()
    clocks: dict[str, ClockRow] = field(default_factory=dict)


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
        for clock in await session.scalars(select(ClockRow).where(ClockRow.task_id.in_(chunk))):
            held[clock.task_id].clocks[clock.name] = clock
    return held


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
        deadline=task.deadline,
        deadline_raw=task.deadline_raw,
        ongoing=task.ongoing,
        follow_up=task.follow_up,
        stage_note=task.stage_note,
        in_year_scope=task.in_year_scope,
    )


LightFacts: TypeAlias = Row[str, str, datetime | None, datetime | None, str]


async def light_facts(session: AsyncSession) -> Sequence[LightFacts]:
    """Read id, state, due instant, submission and present light of all tasks that aren't closed."""
    columns = (TaskRow.id, TaskRow.state, TaskRow.due_at, TaskRow.submitted_at, TaskRow.light)
    return (await session.execute(select(*columns).where(TaskRow.state != State.CLOSED))).all()


def batches(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    """Cut ids into lists that one statement takes."""
    todo = list(ids)
    return (todo[start : start + CHUNK] for start in range(0, len(todo), CHUNK))
