"""Measures in the database, and what the rules look at of the tasks that are owed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Exists, Row, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.clocks import RUNS_IN
from services.tasks.ledger.domain import FINISH, OWED, Move
from services.tasks.ledger.domain_extensions import ExtensionState
from services.tasks.ledger.repository import batches
from services.tasks.measures.domain import OVER, VERIFIED_END, MeasureKind, MeasureState
from services.tasks.measures.domain_rules import Seen
from services.tasks.models import (
    ExtensionRow,
    MeasureRow,
    RevisionRow,
    TaskBlockRow,
    TaskRow,
    TaskUnitRow,
)
from shared.clock import local_date
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down, up
from shared.workdays import WorkCalendar

Listed = tuple[MeasureRow, TaskRow]
SORTING = Sorting("measures", down(MeasureRow.proposed_at), up(MeasureRow.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of measures is filtered by; an empty word filters nothing.

    Attributes:
        seen_by: A unit that looks: it sees what was taken about its own tasks, and what is published.
    """

    kind: str = ""
    states: tuple[str, ...] = ()
    task: str = ""
    unit: str = ""
    seen_by: str | None = None


@dataclass(slots=True)
class Past:
    """What the measures of a task were for so far, and which kinds wait or hang."""

    causes: set[str] = field(default_factory=set)
    standing: set[MeasureKind] = field(default_factory=set)


async def get_measure(session: AsyncSession, measure_id: str) -> MeasureRow:
    """Read one measure.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(MeasureRow, measure_id, populate_existing=True)
    if row is None:
        raise NotFound(f"没有编号为 {measure_id} 的督办措施，请核对", code="measure.not_found", field="id")
    return row


async def list_measures(session: AsyncSession, wanted: Wanted, asked: Asked | None = None) -> Page[Listed]:
    """Read measures with their tasks, the latest proposal first: a page, or all."""
    stated = select(MeasureRow, TaskRow).join(TaskRow, TaskRow.id == MeasureRow.task_id)
    for column, value in ((MeasureRow.kind, wanted.kind), (MeasureRow.task_id, wanted.task)):
        stated = stated.where(column == value) if value else stated
    if wanted.states:
        stated = stated.where(MeasureRow.state.in_(wanted.states))
    if wanted.unit:
        stated = stated.where(_has_unit(wanted.unit))
    stated = _for_eyes_of(stated, wanted.seen_by)
    found = [(row, task) for row, task in await session.execute(SORTING.page(stated, asked))]
    return SORTING.cut(found, asked, lambda one: (one[0].proposed_at, one[0].id))


def _has_unit(unit: str) -> Exists:
    return exists().where(TaskUnitRow.task_id == MeasureRow.task_id, TaskUnitRow.unit_id == unit)


def _for_eyes_of(stated: Select[MeasureRow, TaskRow], unit: str | None) -> Select[MeasureRow, TaskRow]:
    if unit is None:
        return stated
    decided = MeasureRow.state.in_([MeasureState.TAKEN, MeasureState.LIFTED])
    return stated.where(decided, MeasureRow.published | _has_unit(unit))


async def paper_taken(session: AsyncSession, number: str) -> str | None:
    """Give the measure that has this paper's number 文号."""
    return await session.scalar(select(MeasureRow.id).where(MeasureRow.paper_number == number))


async def past_of(session: AsyncSession, task_ids: Sequence[str]) -> dict[str, Past]:
    """Read what measures tasks had so far."""
    past = {task_id: Past() for task_id in task_ids}
    for chunk in batches(task_ids):
        columns = (MeasureRow.task_id, MeasureRow.kind, MeasureRow.state, MeasureRow.causes)
        for task_id, kind, state, causes in await session.execute(
            select(*columns).where(MeasureRow.task_id.in_(chunk))
        ):
            past[task_id].causes |= set(causes)
            if stands(MeasureKind(kind), MeasureState(state)):
                past[task_id].standing.add(MeasureKind(kind))
    return past


def stands(kind: MeasureKind, state: MeasureState) -> bool:
    """Tell whether a measure waits for a decision, or is a plate that hangs."""
    return state is MeasureState.PROPOSED or (kind is MeasureKind.PLATE and state is MeasureState.TAKEN)


async def seen_tasks(
    session: AsyncSession, calendar: WorkCalendar, now: datetime, ids: Collection[str] | None = None
) -> dict[str, Seen]:
    """Read the tasks that units owe as the rules see them, all or those of `ids`; a blocked task is left out."""
    returned = await _counts(session, _returns())
    refused = await _counts(session, _answered(ExtensionState.REFUSED))
    extended = await _counts(session, _answered(ExtensionState.GRANTED))
    owed = await _owed(session, ids)
    late = {  # Many tasks share a due instant.
        due_at: calendar.workdays_between(local_date(due_at), local_date(now))
        for due_at in {row[1] for row in owed}
        if due_at is not None and due_at < now
    }
    return {
        task_id: Seen(
            due_on=local_date(due_at) if due_at else None,
            overdue_workdays=late.get(due_at, 0) if due_at else 0,
            returned=returned.get(task_id, 0),
            refused=refused.get(task_id, 0),
            extended=task_id in extended,
            level=level,
        )
        for task_id, due_at, level in owed
        if due_at in late or task_id in returned or task_id in refused
    }


async def _owed(
    session: AsyncSession, ids: Collection[str] | None
) -> Sequence[Row[str, datetime | None, str]]:
    blocked = exists().where(TaskBlockRow.blocked_task_id == TaskRow.id, TaskBlockRow.until.is_(None))
    stated = select(TaskRow.id, TaskRow.due_at, TaskRow.level).where(
        TaskRow.state.in_([*RUNS_IN[FINISH]]), ~blocked
    )
    if ids is not None:
        stated = stated.where(TaskRow.id.in_(ids))
    return (await session.execute(stated)).all()


def _returns() -> Select[str, int]:
    counted = select(RevisionRow.task_id, func.count()).where(RevisionRow.move == Move.RETURN)
    return counted.group_by(RevisionRow.task_id)


def _answered(state: ExtensionState) -> Select[str, int]:
    counted = select(ExtensionRow.task_id, func.count()).where(
        ExtensionRow.state == state, ExtensionRow.clock.in_(OWED)
    )
    return counted.group_by(ExtensionRow.task_id)


async def _counts(session: AsyncSession, stated: Select[str, int]) -> dict[str, int]:
    return {task_id: count for task_id, count in await session.execute(stated)}  # noqa: C416 - rows are no pairs.


async def moot(session: AsyncSession) -> Sequence[MeasureRow]:
    """Read the proposals about tasks that are over, and the plates about tasks that are verified and closed."""
    waits = (MeasureRow.state == MeasureState.PROPOSED) & TaskRow.state.in_([*OVER])
    plate = (MeasureRow.kind == MeasureKind.PLATE) & (MeasureRow.state == MeasureState.TAKEN)
    stated = select(MeasureRow).join(TaskRow, TaskRow.id == MeasureRow.task_id)
    stated = stated.where(waits | (plate & TaskRow.state.in_([*VERIFIED_END]))).order_by(MeasureRow.id)
    return (await session.scalars(stated.execution_options(populate_existing=True))).all()
