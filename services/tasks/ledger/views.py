"""Tasks as the API shows them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository, repository_queries
from services.tasks.ledger.clocks import is_provisional
from services.tasks.ledger.domain import Move, State, UnitOnTask, legal_moves
from services.tasks.ledger.domain_sources import source_word
from services.tasks.ledger.kind_fields import FieldView, fields_of, show_fields
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.views_dealings import Dealings, show_dealings
from services.tasks.models import ClockRow, TaskRow
from services.tasks.workdays.repository import read_calendar
from shared.workdays import WorkCalendar


class View(BaseModel):
    """What is shown is read from rows by attribute names."""

    model_config = ConfigDict(from_attributes=True)


class UnitView(View):
    """A unit's role on a task."""

    unit_id: str
    name: str
    role: str


class TaskView(View):
    """A task in a list; words are for people, `plan_title` is the printed one.

    `deadline_set` marks a date that a person set 人工设定; `open_collectives` are the units 各相关部门 on it of which
    nobody has said yet who they are.
    """

    id: str
    plan_id: str | None
    plan_title: str = ""
    kind: str
    kind_word: str = ""
    source: str
    source_word: str = ""
    source_ref: str | None
    level: str
    parent_id: str | None
    number: str
    section: str | None
    title: str
    deadline: date | None
    deadline_raw: str | None
    deadline_set: bool
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
    open_collectives: list[str] = []
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
    provisional: bool = False  # It moves when the official calendar of its year arrives.


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


class NotFollowedView(View):
    """A linked task on which a move could not be made too, and why."""

    task_id: str
    code: str
    message: str


class TaskDetail(TaskView, Dealings):
    """Everything about one task; `lines` are those of its document, `moves` the legal ones now with their words."""

    body: str
    document_id: str | None
    lines: tuple[int | None, int | None]
    moves: list[Move]
    move_words: dict[str, str]
    fields: list[FieldView]
    clocks: list[ClockView]
    lit: LightView
    revisions: list[RevisionView]
    told: list[ToldView]


class TaskPage(BaseModel):
    """A page of the ledger; `next` is the `after` of the following page, `as_of` the past instant asked for."""

    items: list[TaskView]
    next: str | None
    as_of: datetime | None = None


async def show_page(session: AsyncSession, tasks: Sequence[TaskRow], following: str | None) -> TaskPage:
    """Show a page with names instead of ids alone."""
    return TaskPage(items=await _show(session, tasks), next=following)


async def _show(session: AsyncSession, tasks: Sequence[TaskRow]) -> list[TaskView]:
    units = await repository.units_of(session, [task.id for task in tasks])
    names = await repository_queries.unit_names(
        session, {unit.unit_id for theirs in units.values() for unit in theirs}
    )
    titles = await repository_queries.plan_titles(session, {task.plan_id for task in tasks if task.plan_id})
    return [view_of(task, units.get(task.id, ()), names, titles) for task in tasks]


def view_of(
    task: TaskRow, units: Sequence[UnitOnTask], names: Mapping[str, str], titles: Mapping[str, str]
) -> TaskView:
    """Show one task; `names` are those of its units, `titles` those of plans."""
    said = {
        "plan_title": titles.get(task.plan_id or "", ""),
        "kind_word": kind_of(task.kind).word,
        "source_word": source_word(task.source),
        "state_word": kind_of(task.kind).state_word(State(task.state)),
        "answering_unit_name": names.get(task.answering_unit or ""),
        "units": [UnitView(unit_id=unit.unit_id, name=names[unit.unit_id], role=unit.role) for unit in units],
        "open_collectives": [unit.unit_id for unit in units if unit.collective],
    }
    return TaskView.model_validate(task).model_copy(update=said)


async def show_changed(session: AsyncSession, task: TaskRow) -> TaskDetail:
    """Show a task as the transaction that is open leaves it."""
    await session.flush()
    return await show_task(session, task)


async def show_task(session: AsyncSession, task: TaskRow) -> TaskDetail:
    """Show one task with its clocks, its light, its history and what was told about it."""
    [view] = await _show(session, [task])
    clocks = await repository_queries.clocks_of(session, task.id)
    history = await repository_queries.history_of(session, task.id)
    told = await repository_queries.told_of(session, task.id)
    units = (await repository.units_of(session, [task.id])).get(task.id, ())
    dealings = await show_dealings(session, task, units, clocks)
    said = await fields_of(session, [task.id])
    moves = _moves(task)
    return TaskDetail(
        **view.model_dump(),
        **dealings.model_dump(),
        body=task.body,
        document_id=task.document_id,
        lines=(task.first_line, task.last_line),
        moves=[*moves],
        move_words={str(move): word for move, word in moves.items()},
        fields=show_fields(task.kind, said.get(task.id, {})),
        clocks=show_clocks(task, clocks, await read_calendar(session)),
        lit=LightView.model_validate(await repository_queries.light_of(session, task)),
        revisions=[RevisionView.model_validate(one) for one in history],
        told=[ToldView.model_validate(one) for one in told],
    )


def show_clocks(task: TaskRow, clocks: Iterable[ClockRow], calendar: WorkCalendar) -> list[ClockView]:
    """Show clocks, each with whether the calendar that it was counted by is yet to come."""
    return [
        ClockView.model_validate(clock).model_copy(
            update={"provisional": is_provisional(task, clock, calendar)}
        )
        for clock in clocks
    ]


def _moves(task: TaskRow) -> dict[Move, str]:
    """Give the legal moves of a task's kind, with what people call them."""
    kind = kind_of(task.kind)
    return {move: kind.move_word(move) for move in legal_moves(State(task.state), kind.lifecycle)}
