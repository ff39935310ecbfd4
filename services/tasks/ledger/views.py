"""Tasks as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository, repository_queries
from services.tasks.ledger.domain import STATE_WORDS, Move, State, UnitOnTask, legal_moves
from services.tasks.models import TaskRow


class View(BaseModel):
    """What is shown is read from rows by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class UnitView(View):
    """A unit's role on a task."""

    unit_id: str
    name: str
    role: str


class TaskView(View):
    """A task in a list; `state_word` is for people, `plan_title` the printed one."""

    id: str
    plan_id: str | None
    plan_title: str = ""
    kind: str
    source: str
    number: str
    section: str | None
    title: str
    deadline: date | None
    deadline_raw: str | None
    ongoing: bool
    follow_up: str | None
    stage_note: str | None
    in_year_scope: bool
    state: str
    state_word: str = ""
    progress: int
    light: str
    due_at: datetime | None
    submitted_at: datetime | None
    closed_at: datetime | None
    answering_unit: str | None
    answering_unit_name: str | None = None
    answering_assumed: bool
    units: list[UnitView] = []
    revision: int


class ClockView(View):
    """A clock of a task."""

    name: str
    started_at: datetime
    due_at: datetime
    original_due_at: datetime
    stopped_at: datetime | None
    recorded_at: datetime
    printed: bool


class LightView(View):
    """The light that a task shows, and from what it was computed."""

    light: str
    rule: str
    version: int
    inputs: dict[str, str]
    lit_at: datetime


class RevisionView(View):
    """One step of a task's history; `at` is business time, `entered_at` real time."""

    revision: int
    at: datetime
    entered_at: datetime
    by: str
    on_behalf_of: str | None
    move: str
    from_state: str | None
    to_state: str
    progress: int | None
    reason: str
    changes: dict[str, Any]


class ToldView(View):
    """The last rung that a recipient was told."""

    clock: str
    recipient: str
    notice_id: str
    rung: str
    offset_days: int
    occurrence: int
    due_at: datetime
    decided_at: datetime
    late: bool


class TaskDetail(TaskView):
    """Everything about one task; `lines` are those of its document, `moves` the legal ones now."""

    body: str
    document_id: str | None
    lines: tuple[int | None, int | None]
    moves: list[Move]
    clocks: list[ClockView]
    lit: LightView
    revisions: list[RevisionView]
    told: list[ToldView]


class TaskPage(BaseModel):
    """A page of the ledger; `next` is the `after` of the following page."""

    items: list[TaskView]
    next: str | None


async def show_page(session: AsyncSession, tasks: Sequence[TaskRow], following: str | None) -> TaskPage:
    """Show a page with names instead of ids alone."""
    return TaskPage(items=await _show(session, tasks), next=following)


async def _show(session: AsyncSession, tasks: Sequence[TaskRow]) -> list[TaskView]:
    units = await repository.units_of(session, [task.id for task in tasks])
    names = await repository_queries.unit_names(
        session, {unit.unit_id for theirs in units.values() for unit in theirs}
    )
    titles = await repository_queries.plan_titles(session, {task.plan_id for task in tasks if task.plan_id})
    return [_view(task, units.get(task.id, ()), names, titles) for task in tasks]


def _view(
    task: TaskRow, units: Sequence[UnitOnTask], names: Mapping[str, str], titles: Mapping[str, str]
) -> TaskView:
    said = {
        "plan_title": titles.get(task.plan_id or "", ""),
        "state_word": STATE_WORDS[State(task.state)],
        "answering_unit_name": names.get(task.answering_unit or ""),
        "units": [UnitView(unit_id=unit.unit_id, name=names[unit.unit_id], role=unit.role) for unit in units],
    }
    return TaskView.model_validate(task).model_copy(update=said)


async def show_task(session: AsyncSession, task: TaskRow) -> TaskDetail:
    """Show one task with its clocks, its light, its history and what was told about it."""
    [view] = await _show(session, [task])
    clocks = await repository_queries.clocks_of(session, task.id)
    history = await repository_queries.history_of(session, task.id)
    told = await repository_queries.told_of(session, task.id)
    return TaskDetail(
        **view.model_dump(),
        body=task.body,
        document_id=task.document_id,
        lines=(task.first_line, task.last_line),
        moves=list(dict.fromkeys(legal_moves(State(task.state)))),
        clocks=[ClockView.model_validate(clock) for clock in clocks],
        lit=LightView.model_validate(await repository_queries.light_of(session, task)),
        revisions=[RevisionView.model_validate(one) for one in history],
        told=[ToldView.model_validate(one) for one in told],
    )
