"""Tasks that people register by hand 人工登记, and what they may correct of them later.

Invariant: the same `client_ref` is the same task, however often and with whichever key it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger import repository
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import HANDED_IN, RoleName, State, UnitOnTask
from services.tasks.ledger.domain_deadlines import ENDED, check_day, check_within
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.ledger.domain_permits import check_supervisor, is_supervisor, unit_acting
from services.tasks.ledger.domain_sources import SOURCES, check_level, check_source
from services.tasks.ledger.history import check_revision
from services.tasks.ledger.kind_fields import keep_fields
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.kinds.field import check_fields
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.registration import Draft, register_tasks
from services.tasks.ledger.repository import Held
from services.tasks.models import PlanRow, RevisionRow, TaskRow
from services.tasks.plans.domain import in_year_scope
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid, NotFound

AFTER_ALL = 99999  # Sorts behind every plan, and behind every task that a plan prints.


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A task as somebody enters it.

    Attributes:
        units: (role, unit id) in order.
        deadline: Its day; a subtask without one is due with its parent.
        source: A code of `SOURCES`; `source_ref` is the number of the paper.
        plan_id: The plan that it is added to; a subtask belongs to its parent instead.
        client_ref: A word of the sender by which a repeat is known.
        fields: What its kind asks for beside these.
    """

    kind: str
    title: str
    body: str
    units: tuple[tuple[RoleName, str], ...]
    source: str
    deadline: date | None = None
    source_ref: str | None = None
    level: str = "normal"
    plan_id: str | None = None
    parent_id: str | None = None
    client_ref: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


async def register_by_hand(tx: Tx, entry: Entry, act: Act) -> TaskRow:
    """Register a task, as a supervisor, or a subtask as the head of the unit that answers for its parent.

    Raises:
        NotFound: There is no such plan or parent.
        Conflict: The parent can't get subtasks any more, or `client_ref` stands for another task.
        Forbidden: Somebody else asks.
        Invalid: A word is unknown, or the date makes no sense.
    """
    parent = await repository.hold(tx.session, entry.parent_id) if entry.parent_id else None
    _check_registrar(act, parent)
    task_id = _id_of(entry)
    if known := await tx.session.get(TaskRow, task_id):
        return await _same(tx.session, known, entry)
    _check_words(entry)
    if parent is not None:
        _check_open(parent)
    day, plan = _day_of(entry, parent, local_date(act.at)), await _plan_of(tx.session, entry)
    units = await repository.known_units(tx.session, entry.units)
    draft = Draft(
        task_id=task_id,
        sort_key=f"{_place(plan, parent)}.{act.at:%Y%m%d%H%M%S}.{task_id}",
        kind=entry.kind,
        source=entry.source,
        source_ref=entry.source_ref,
        level=entry.level,
        plan_id=entry.plan_id,
        parent_id=entry.parent_id,
        section_id=None,
        document_id=None,
        facts=_facts(entry, units, day, plan),
    )
    collectives = frozenset(unit.unit_id for unit in units if unit.collective)
    await register_tasks(await begin(tx, act), [draft], collectives=collectives)
    keep_fields(tx, task_id, check_fields(kind_of(entry.kind).fields, entry.fields))
    return await tx.session.get_one(TaskRow, task_id)


def _check_registrar(act: Act, parent: Held | None) -> None:
    if parent is None:
        check_supervisor(act.actor, word="登记事项")
    elif not is_supervisor(act.actor):
        unit_acting(act.actor, parent.task.answering_unit, None, word="登记子任务")


def _check_open(parent: Held) -> None:
    state = State(parent.task.state)
    if state in ENDED or state in HANDED_IN:
        word = kind_of(parent.task.kind).state_word(state)
        message = f"上级任务 {parent.task.id} 处于“{word}”，不能再加子任务"
        raise Conflict(message, code="task.parent_done", field="parent_id", state=state)


def _check_words(entry: Entry) -> None:
    check_fields(kind_of(entry.kind).fields, entry.fields)
    check_source(entry.source)
    check_level(entry.level)
    if not entry.title.strip():
        raise Invalid("事项必须有标题", code="task.title_missing", field="title")
    if entry.plan_id and entry.parent_id:
        message = "子任务归属其上级任务，不能再填 plan_id，请去掉"
        raise Invalid(message, code="task.plan_senseless", field="plan_id")


def _day_of(entry: Entry, parent: Held | None, today: date) -> date | None:
    due_at = parent.task.due_at if parent else None
    if entry.deadline is None:
        return local_date(due_at) if due_at else None
    check_day(entry.deadline, today)
    check_within(entry.deadline, due_at)
    return entry.deadline


def _id_of(entry: Entry) -> str:
    """Give the id that follows from the sender's own word, or a new one."""
    said = f"{entry.parent_id or ''} {entry.client_ref}" if entry.client_ref else uuid4().hex
    return f"t{short_hash(said, 12)}"


async def _same(session: AsyncSession, known: TaskRow, entry: Entry) -> TaskRow:
    """Give the task that a repeat means, if it was registered with the same kind and title."""
    first = await session.get_one(RevisionRow, (known.id, 1))
    was = first.snapshot or {}
    if (was.get("kind"), was.get("title")) != (entry.kind, entry.title.strip()):
        message = f"client_ref {entry.client_ref} 已用于事项 {known.id}（内容不同），请换一个"
        raise Conflict(message, code="task.client_ref_taken", field="client_ref", task_id=known.id)
    return known


def _place(plan: PlanRow | None, parent: Held | None) -> str:
    """Give the beginning of the sort key: behind what its plan prints, or behind all plans."""
    if parent is not None:
        return f"{parent.task.sort_key[:5]}.{AFTER_ALL}"
    return f"{plan.ordinal if plan else AFTER_ALL:05d}.{AFTER_ALL}"


async def _plan_of(session: AsyncSession, entry: Entry) -> PlanRow | None:
    if entry.plan_id is None:
        return None
    plan = await session.get(PlanRow, entry.plan_id)
    if plan is None:
        message = f"没有编号为 {entry.plan_id} 的方案，请核对"
        raise NotFound(message, code="plan.not_found", field="plan_id")
    return plan


def _facts(entry: Entry, units: tuple[UnitOnTask, ...], day: date | None, plan: PlanRow | None) -> TaskFacts:
    year = plan.issued_on.year if plan and plan.issued_on else None
    return TaskFacts(
        number="",
        title=entry.title.strip(),
        section=None,
        body=entry.body.strip(),
        lines=(0, 0),
        units=tuple((unit.role, unit.unit_id) for unit in units),
        deadline=day,
        deadline_raw=None,
        ongoing=False,
        follow_up=None,
        stage_note=None,
        in_year_scope=in_year_scope(day, ongoing=False, year=year),
    )


async def edit_task(
    tx: Tx, task_id: str, said: Mapping[str, str | None], act: Act, *, if_revision: int | None = None
) -> TaskRow:
    """Correct title, body, level or the paper's number of a task that was registered by hand.

    Raises:
        NotFound: There is no such task.
        Conflict: A document says what it is, or it has changed since `if_revision`.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A word is unknown, or the title is empty.
    """
    held = await repository.hold(tx.session, task_id)
    check_supervisor(act.actor, word="修改事项")
    check_revision(held.task, if_revision)
    changes = _changes(held.task, said)
    if not changes:
        return held.task
    deed = await begin(tx, act)
    for name, (_, new) in changes.items():
        setattr(held.task, name, new)
    note(deed, held, Note(step="edit", changes={name: [*both] for name, both in changes.items()}))
    announce(deed, held)
    settle(deed, held)
    return held.task


def _changes(task: TaskRow, said: Mapping[str, str | None]) -> dict[str, tuple[str | None, str | None]]:
    if task.source not in SOURCES:
        message = f"事项 {task.id} 的内容以方案文件为准，不能在此修改；请导入修订后的文件"
        raise Conflict(message, code="task.not_by_hand", field="id")
    new = {name: value.strip() if value else value for name, value in said.items()}
    if "title" in new and not new["title"]:
        raise Invalid("事项必须有标题", code="task.title_missing", field="title")
    if "level" in new:
        check_level(str(new["level"]))
    return {name: (getattr(task, name), value) for name, value in new.items() if getattr(task, name) != value}
