"""Lists of rectifications: filtered for people, and what findings are computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.domain import AT_REST
from services.tasks.ledger.repository import batches, due_key, due_order
from services.tasks.models import (
    CallBackRow,
    RectificationRow,
    RectificationStepRow,
    RectifiedRatingRow,
    TaskRow,
    TaskUnitRow,
)
from services.tasks.rectifications.domain import Stage, StepName
from services.tasks.rectifications.repository import Listed
from shared.paging import Asked, Page

SORTING = due_order("rectifications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list is filtered by; an empty word filters nothing.

    Attributes:
        unit: A unit with a role on the task, or the one that was rated.
        without_unit: Only those that nobody could dispatch.
        done: Also those that are closed or cancelled.
    """

    unit: str = ""
    state: str = ""
    stage: str = ""
    grade: str = ""
    verdict: str = ""
    overdue: bool = False
    without_unit: bool = False
    done: bool = False


async def list_cases(session: AsyncSession, wanted: Wanted, now: datetime, asked: Asked) -> Page[Listed]:
    """Read a page of cases with their tasks, the earliest due first."""
    stated = _filtered(wanted)
    if wanted.overdue:
        passed = TaskRow.state.not_in([*AT_REST]) & TaskRow.submitted_at.is_(None) & (TaskRow.due_at < now)
        stated = stated.where(passed | RectificationRow.late.is_(True))
    found = [(row, task) for row, task in await session.execute(SORTING.page(stated, asked))]
    return SORTING.cut(found, asked, lambda one: due_key(one[1]))


def _filtered(wanted: Wanted) -> Select[RectificationRow, TaskRow]:
    stated = select(RectificationRow, TaskRow).join(TaskRow, TaskRow.id == RectificationRow.task_id)
    for column, value in (
        (TaskRow.state, wanted.state),
        (RectificationRow.stage, wanted.stage),
        (RectificationRow.grade, wanted.grade),
        (RectificationRow.verdict, wanted.verdict),
    ):
        stated = stated.where(column == value) if value else stated
    if wanted.unit:
        theirs = select(TaskUnitRow.task_id).where(TaskUnitRow.unit_id == wanted.unit)
        stated = stated.where(TaskRow.id.in_(theirs) | (RectificationRow.rated_unit == wanted.unit))
    if wanted.without_unit:
        stated = stated.where(TaskRow.answering_unit.is_(None))
    if not (wanted.done or wanted.state or wanted.stage):
        over = (RectificationRow.stage == Stage.CLOSED) | (TaskRow.state == "cancelled")
        stated = stated.where(~over)
    return stated


async def cases_since(session: AsyncSession, since: datetime) -> Sequence[RectificationRow]:
    """Read the cases that were opened since an instant, in that order."""
    stated = select(RectificationRow).where(RectificationRow.opened_at >= since)
    stated = stated.order_by(RectificationRow.opened_at, RectificationRow.task_id)
    return (await session.scalars(stated)).all()


async def calls_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[CallBackRow]]:
    """Read the call-backs of cases, in order."""
    found: dict[str, list[CallBackRow]] = {}
    for chunk in batches(ids):
        stated = select(CallBackRow).where(CallBackRow.task_id.in_(chunk))
        for row in await session.scalars(stated.order_by(CallBackRow.task_id, CallBackRow.number)):
            found.setdefault(row.task_id, []).append(row)
    return found


async def ratings_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[RectifiedRatingRow]]:
    """Read the ratings of cases, in the order in which they were given."""
    found: dict[str, list[RectifiedRatingRow]] = {}
    for chunk in batches(ids):
        stated = select(RectifiedRatingRow).where(RectifiedRatingRow.task_id.in_(chunk))
        stated = stated.order_by(RectifiedRatingRow.rated_at, RectifiedRatingRow.rating_id)
        for row in await session.scalars(stated):
            found.setdefault(row.task_id, []).append(row)
    return found


async def closings_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[datetime]]:
    """Read when cases were closed, each time."""
    found: dict[str, list[datetime]] = {}
    for chunk in batches(ids):
        stated = select(RectificationStepRow.task_id, RectificationStepRow.at).where(
            RectificationStepRow.task_id.in_(chunk), RectificationStepRow.step == StepName.CLOSE
        )
        for task_id, at in await session.execute(stated.order_by(RectificationStepRow.at)):
            found.setdefault(task_id, []).append(at)
    return found
