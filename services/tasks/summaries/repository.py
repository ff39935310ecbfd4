"""What a summary is made from, read as it was at a past instant; and the summaries that were compiled."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_extensions import ExtensionState
from services.tasks.ledger.domain_lights import light_of
from services.tasks.ledger.lights import light_facts_of
from services.tasks.ledger.repository import Held
from services.tasks.ledger.repository_as_of import chunk_after, held_at
from services.tasks.ledger.terms import Terms, read_terms
from services.tasks.models import (
    ExtensionRow,
    MeasureRow,
    PlanRow,
    SummaryKindRow,
    SummaryRow,
    TaskBlockRow,
    TaskRow,
)
from services.tasks.radar.repository import counted_of
from services.tasks.summaries.domain import Fact
from shared.clock import local_date
from shared.events.summaries import BlockedTask, WaitingExtension, WaitingMeasure
from shared.paging import Asked, Page, Sorting, down

SORTING = Sorting("summaries", down(SummaryRow.compiled_at), down(SummaryRow.id))
Ended = InstrumentedAttribute[datetime | None]


async def facts_at(session: AsyncSession, instant: datetime) -> list[Fact]:
    """Read all tasks but cancelled ones as they stood, in the ledger's order, lit by the rule of that time.

    Raises:
        Conflict: The history of one has no snapshot of that time.
    """
    terms, found, after = await read_terms(session, instant), [], ""
    while chunk := await chunk_after(session, after):
        held = await held_at(session, [task_id for task_id, _ in chunk], instant)
        there = (held[task_id] for task_id, _ in chunk if task_id in held)
        found += [_fact(one, terms, instant) for one in there if one.task.state != State.CANCELLED]
        after = chunk[-1][1]
    return found


def _fact(held: Held, terms: Terms, instant: datetime) -> Fact:
    task, clock = held.task, held.owed_by
    return Fact(
        task_id=task.id,
        plan_id=task.plan_id,
        unit_id=task.answering_unit or "",
        state=State(task.state),
        light=light_of(light_facts_of(held), terms.light_rule, now=instant).light,
        due_at=task.due_at,
        original_due_at=clock.original_due_at if clock else None,
        submitted_at=task.submitted_at,
        closed_at=task.closed_at,
        progress=task.progress,
        counted=counted_of(task),
    )


async def plan_titles(session: AsyncSession) -> dict[str, str]:
    """Read the titles of the plans by id, in their order."""
    rows = await session.execute(select(PlanRow.id, PlanRow.title).order_by(PlanRow.ordinal, PlanRow.id))
    return {plan_id: title for plan_id, title in rows}  # noqa: C416 - rows are no pairs.


def _stood(begun: InstrumentedAttribute[datetime], ended: Ended, instant: datetime) -> ColumnElement[bool]:
    return and_(begun <= instant, or_(ended.is_(None), ended > instant))


async def blocked_at(session: AsyncSession, instant: datetime) -> tuple[BlockedTask, ...]:
    """Read which task was blocked by which, in the ledger's order."""
    stated = select(TaskBlockRow).join(TaskRow, TaskRow.id == TaskBlockRow.blocked_task_id)
    stated = stated.where(_stood(TaskBlockRow.since, TaskBlockRow.until, instant))
    rows = await session.scalars(stated.order_by(TaskRow.sort_key, TaskBlockRow.blocker_task_id))
    return tuple(
        BlockedTask(task_id=row.blocked_task_id, by=row.blocker_task_id, since=local_date(row.since))
        for row in rows
    )


async def extensions_waiting_at(session: AsyncSession, instant: datetime) -> tuple[WaitingExtension, ...]:
    """Read which requests for an extension waited for an answer, the oldest first."""
    stated = select(ExtensionRow).where(_stood(ExtensionRow.asked_at, ExtensionRow.decided_at, instant))
    rows = await session.scalars(stated.order_by(ExtensionRow.asked_at, ExtensionRow.task_id))
    return tuple(
        WaitingExtension(task_id=row.task_id, number=row.number, wanted_on=row.wanted_on) for row in rows
    )


async def measures_waiting_at(session: AsyncSession, instant: datetime) -> tuple[WaitingMeasure, ...]:
    """Read which measures waited for a decision, the oldest first."""
    stated = select(MeasureRow).where(_stood(MeasureRow.proposed_at, MeasureRow.decided_at, instant))
    rows = await session.scalars(stated.order_by(MeasureRow.proposed_at, MeasureRow.id))
    return tuple(WaitingMeasure(task_id=row.task_id, measure_id=row.id, measure=row.kind) for row in rows)


async def measures_taken(session: AsyncSession, first: datetime, last: datetime) -> dict[str, int]:
    """Count the measures that were taken within a time, by kind; a plate that was lifted since was taken too."""
    stated = select(MeasureRow.kind, func.count()).where(MeasureRow.decided_at.between(first, last))
    stated = stated.where(MeasureRow.state.in_(["taken", "lifted"])).group_by(MeasureRow.kind)
    return {kind: number for kind, number in await session.execute(stated.order_by(MeasureRow.kind))}  # noqa: C416


async def extensions_granted(session: AsyncSession, first: datetime, last: datetime) -> int:
    """Count the extensions that were granted within a time."""
    granted = (ExtensionRow.state == ExtensionState.GRANTED) & ExtensionRow.decided_at.between(first, last)
    return await session.scalar(select(func.count()).where(granted)) or 0


async def newest_version(session: AsyncSession, kind: str, period: str) -> int:
    """Give the newest version of a period's summary, 0 for none."""
    of_period = (SummaryRow.kind == kind) & (SummaryRow.period == period)
    return await session.scalar(select(func.max(SummaryRow.version)).where(of_period)) or 0


async def list_summaries(session: AsyncSession, kind: str, period: str, asked: Asked) -> Page[SummaryRow]:
    """Read a page of summaries, the latest first; an empty word filters nothing."""
    stated = select(SummaryRow)
    for column, value in ((SummaryRow.kind, kind), (SummaryRow.period, period)):
        stated = stated.where(column == value) if value else stated
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.compiled_at, row.id))


async def inactive(session: AsyncSession) -> set[str]:
    """Read which kinds are switched off."""
    return set(await session.scalars(select(SummaryKindRow.kind).where(~SummaryKindRow.active)))
