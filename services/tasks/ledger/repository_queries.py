"""The ledger's list, page by page in its own order, and one task with everything about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Date, Exists, Select, exists, func, literal, literal_column, null, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.repository import DONE
from services.tasks.ledger.repository_sight import shown_to
from services.tasks.models import (
    ClockRow,
    LightRow,
    PartRow,
    PlanRow,
    ReportRow,
    RevisionRow,
    TaskRow,
    TaskUnitRow,
    ToldRow,
    UnitRow,
)
from shared.errors import Invalid, NotFound

FEW = 500  # Ids that are handed to the database at most; a unit with more is soon met on any walk.
# The day of a task in the order by days; written as the index has it, so that both databases read that.
DUE = literal_column("coalesce(task.deadline, '9999-12-31')", Date)


async def list_tasks(session: AsyncSession, query: TaskQuery) -> tuple[Sequence[TaskRow], str | None]:
    """Read one page; give it with the id to go on after, None on the last page.

    Raises:
        Invalid: There is no task to go on after.
    """
    stated = (await _narrowed(session, query)).limit(query.limit + 1)
    last = await place_after(session, query.after)
    if query.sort == "due":
        stated = stated.order_by(DUE, TaskRow.sort_key)
        if last:
            here = await session.scalar(select(DUE).where(TaskRow.sort_key == last))
            stated = stated.where(tuple_(DUE, TaskRow.sort_key) > tuple_(literal(here, Date), literal(last)))
    else:
        stated = stated.order_by(TaskRow.sort_key)
        stated = stated.where(TaskRow.sort_key > last) if last else stated
    found = (await session.scalars(stated)).all()
    page = found[: query.limit]
    return page, page[-1].id if len(found) > query.limit else None


async def _narrowed(session: AsyncSession, query: TaskQuery) -> Select[TaskRow]:
    """State the filters; a unit with few tasks is begun from, or the whole ledger would be walked to find them."""
    stated = _filtered(query)
    if not query.unit:
        return stated
    named = select(TaskUnitRow.task_id).where(TaskUnitRow.unit_id == query.unit)
    named = named.where(TaskUnitRow.role == query.role) if query.role else named
    ids = (await session.scalars(named.limit(FEW + 1))).all()
    return stated if len(ids) > FEW else stated.where(TaskRow.id.in_(ids))


async def place_after(session: AsyncSession, task_id: str) -> str:
    """Find the sort key to go on after; empty at the beginning.

    Raises:
        Invalid: There is no such task.
    """
    if not task_id:
        return ""
    last = await session.scalar(select(TaskRow.sort_key).where(TaskRow.id == task_id))
    if last is None:
        message = f"没有编号为 {task_id} 的事项，翻页请用上一页返回的 next"
        raise Invalid(message, code="query.after_unknown", field="after")
    return last


async def undated_ids(session: AsyncSession, query: TaskQuery) -> Sequence[str]:
    """Read the ids of the tasks that a filter finds and that lack a date while something is owed, in their order."""
    stated = _filtered(query).where(TaskRow.deadline.is_(None), TaskRow.state.not_in([*DONE]))
    return (await session.scalars(stated.with_only_columns(TaskRow.id).order_by(TaskRow.sort_key))).all()


async def limited_ids(session: AsyncSession, *, after: datetime) -> Sequence[str]:
    """Read the ids of the tasks in which something is owed by a clock that no document printed, due after `after`."""
    clock = exists().where(ClockRow.task_id == TaskRow.id, ~ClockRow.printed, ClockRow.due_at > after)
    stated = select(TaskRow.id).where(clock, TaskRow.state.not_in([*DONE])).order_by(TaskRow.id)
    return (await session.scalars(stated)).all()


async def count_lights(session: AsyncSession, query: TaskQuery) -> dict[str, int]:
    """Count the tasks that a query chooses by their light."""
    stated = _filtered(query).with_only_columns(TaskRow.light, func.count()).group_by(TaskRow.light)
    return {light: count for light, count in await session.execute(stated)}  # noqa: C416 - rows are no pairs.


def _filtered(query: TaskQuery) -> Select[TaskRow]:
    stated = select(TaskRow)
    for column, value in (
        (TaskRow.plan_id, query.plan),
        (TaskRow.kind, query.kind),
        (TaskRow.state, query.state),
        (TaskRow.light, query.light),
    ):
        stated = stated.where(column == value) if value else stated
    if query.unit or query.role:
        stated = stated.where(_has_unit(query))
    if query.seen_by is not None:
        stated = stated.where(shown_to(query.seen_by))
    # In the ledger's order no index of days is to be taken: all that it finds would have to be sorted.
    day = DUE if query.sort == "due" else func.coalesce(TaskRow.deadline, null())
    if query.due_from:
        stated = stated.where(day >= query.due_from, TaskRow.deadline.is_not(None))
    if query.due_to:
        stated = stated.where(day <= query.due_to)
    if query.q:
        words = (column.contains(query.q, autoescape=True) for column in (TaskRow.title, TaskRow.body))
        stated = stated.where(or_(TaskRow.number == query.q, *words))
    return stated


def _has_unit(query: TaskQuery) -> Exists:
    named = exists().where(TaskUnitRow.task_id == TaskRow.id)
    named = named.where(TaskUnitRow.unit_id == query.unit) if query.unit else named
    return named.where(TaskUnitRow.role == query.role) if query.role else named


async def read_task(session: AsyncSession, task_id: str) -> TaskRow:
    """Read one task.

    Raises:
        NotFound: There is no such task.
    """
    task = await session.get(TaskRow, task_id)
    if task is None:
        raise NotFound(f"没有编号为 {task_id} 的事项，请核对", code="task.not_found", field="id")
    return task


async def unit_names(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """Read the names of units by id."""
    rows = await session.execute(select(UnitRow.id, UnitRow.name).where(UnitRow.id.in_(list(ids))))
    return {unit_id: name for unit_id, name in rows}  # noqa: C416 - rows are no pairs to the type checker.


async def plan_titles(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """Read the titles of plans by id."""
    rows = await session.execute(select(PlanRow.id, PlanRow.title).where(PlanRow.id.in_(list(ids))))
    return {plan_id: title for plan_id, title in rows}  # noqa: C416 - rows are no pairs to the type checker.


async def clocks_of(session: AsyncSession, task_id: str) -> Sequence[ClockRow]:
    """Read the clocks of a task by name."""
    return (
        await session.scalars(select(ClockRow).where(ClockRow.task_id == task_id).order_by(ClockRow.name))
    ).all()


async def parts_of(session: AsyncSession, task_id: str) -> Sequence[PartRow]:
    """Read the parts of a task's units."""
    stated = select(PartRow).where(PartRow.task_id == task_id).order_by(PartRow.unit_id)
    return (await session.scalars(stated)).all()


async def reports_of(session: AsyncSession, task_id: str, limit: int) -> Sequence[ReportRow]:
    """Read the latest reports on a task, the last one first."""
    stated = select(ReportRow).where(ReportRow.task_id == task_id).order_by(ReportRow.revision.desc())
    return (await session.scalars(stated.limit(limit))).all()


async def light_of(session: AsyncSession, task: TaskRow) -> LightRow:
    """Read the light that a task shows now."""
    return await session.get_one(LightRow, (task.id, task.lights))


async def history_of(session: AsyncSession, task_id: str) -> Sequence[RevisionRow]:
    """Read all that happened to a task, oldest first."""
    stated = select(RevisionRow).where(RevisionRow.task_id == task_id).order_by(RevisionRow.revision)
    return (await session.scalars(stated)).all()


async def told_of(session: AsyncSession, task_id: str) -> Sequence[ToldRow]:
    """Read what recipients were told last about a task."""
    stated = select(ToldRow).where(ToldRow.task_id == task_id).order_by(ToldRow.clock, ToldRow.recipient)
    return (await session.scalars(stated)).all()
