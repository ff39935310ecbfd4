"""The list of problems as a wall chart 挂图: by owner, each with its age, its date and what it blocks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository_queries
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.ledger.kinds import kind_of
from services.tasks.models import TaskRow
from services.tasks.problems import repository
from services.tasks.problems.domain import CATEGORIES, age_days
from services.tasks.problems.repository import Blocked, Listed
from shared.clock import at_local


class BlockedView(BaseModel):
    """A task at the other end of a block."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    state: str


class ProblemView(BaseModel):
    """A problem; `age_days` are the calendar days from its finding until it was struck off, or until today."""

    id: str
    title: str
    body: str
    category: str
    category_word: str
    measure: str
    level: str
    state: str
    state_word: str
    light: str
    progress: int
    owner: str | None
    found_in: str | None
    found_on: date
    age_days: int
    due_at: datetime | None
    overdue: bool
    blocks: list[BlockedView]
    revision: int


class OwnerProblems(BaseModel):
    """The problems of one owner; `overdue` and `blocked` count problems past their date and tasks that wait."""

    unit_id: str | None
    unit_name: str
    open: int
    overdue: int
    blocked: int
    problems: list[ProblemView]


class TaskBlocks(BaseModel):
    """What a task blocks, and what blocks it."""

    blocks: list[BlockedView]
    blocked_by: list[BlockedView]


async def show_problems(
    session: AsyncSession, listed: Sequence[Listed], now: datetime
) -> list[OwnerProblems]:
    """Show problems by owner, the owner with most of them overdue first."""
    blocks = await repository.blocked_by(session, [task.id for _, task in listed])
    shown = [show_problem(one, blocks.get(one[1].id, []), now) for one in listed]
    owners = {one.owner for one in shown}
    names = await repository_queries.unit_names(session, [owner for owner in owners if owner])
    groups = [_group(owner, names, [one for one in shown if one.owner == owner]) for owner in owners]
    return sorted(groups, key=lambda group: (-group.overdue, -group.open, group.unit_name))


def _group(owner: str | None, names: Mapping[str, str], theirs: list[ProblemView]) -> OwnerProblems:
    open_ones = [one for one in theirs if State(one.state) not in ENDED]
    return OwnerProblems(
        unit_id=owner,
        unit_name=names.get(owner or "", "未明确责任单位"),
        open=len(open_ones),
        overdue=sum(one.overdue for one in open_ones),
        blocked=len({blocked.id for one in open_ones for blocked in one.blocks}),
        problems=theirs,
    )


def show_problem(listed: Listed, blocks: Sequence[Blocked], now: datetime) -> ProblemView:
    """Show one problem as of `now`."""
    row, task = listed
    return ProblemView(
        id=task.id,
        title=task.title,
        body=task.body,
        category=row.category,
        category_word=CATEGORIES.get(row.category, row.category),
        measure=row.measure,
        level=task.level,
        state=task.state,
        state_word=kind_of(task.kind).state_word(State(task.state)),
        light=task.light,
        progress=task.progress,
        owner=task.answering_unit,
        found_in=row.found_in,
        found_on=row.found_on,
        age_days=age_days(at_local(row.found_on), task.closed_at or now),
        due_at=task.due_at,
        overdue=_is_overdue(task, now),
        blocks=[BlockedView.model_validate(one) for one in blocks],
        revision=task.revision,
    )


def _is_overdue(task: TaskRow, now: datetime) -> bool:
    return task.due_at is not None and (task.submitted_at or task.closed_at or now) > task.due_at


async def show_blocks(session: AsyncSession, task_id: str) -> TaskBlocks:
    """Show both ends of a task's blocks."""
    blocks = (await repository.blocked_by(session, [task_id])).get(task_id, [])
    return TaskBlocks(
        blocks=[BlockedView.model_validate(one) for one in blocks],
        blocked_by=[
            BlockedView.model_validate(one) for one in await repository.blockers_of(session, task_id)
        ],
    )
