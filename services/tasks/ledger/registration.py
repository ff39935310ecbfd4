"""Tasks entering the ledger 立项, and following what a revised document says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import delete

from services.tasks.acts import Act
from services.tasks.ledger import clocks, lights, repository
from services.tasks.ledger.domain import State, UnitOnTask, find_answering
from services.tasks.ledger.domain_facts import TaskFacts, changed_fields
from services.tasks.ledger.repository import Held
from services.tasks.ledger.service import add_revision
from services.tasks.models import RevisionRow, TaskRow, TaskUnitRow
from shared.database import Tx
from shared.events.supervision import TaskRegistered, UnitRole

REGISTER, REVISE = "register", "revise"  # Entries of the history that are no moves of people.


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A task to register: its identity, where it comes from and what is said of it."""

    task_id: str
    sort_key: str
    kind: str
    source: str
    plan_id: str | None
    section_id: str | None
    document_id: str | None
    facts: TaskFacts


async def register_tasks(tx: Tx, drafts: Sequence[Draft], act: Act, *, collectives: frozenset[str]) -> None:
    """Register tasks; the ids must be new. `collectives` are the units that can't answer for a task."""
    held = [_new(draft, collectives) for draft in drafts]
    tx.session.add_all(one.task for one in held)
    await tx.session.flush()  # Units and history refer to the tasks.
    for one in held:
        tx.session.add_all(repository.unit_rows(one.task.id, one.units))
        add_revision(tx, one.task, act, _entry(REGISTER, None, {}))
        _publish(tx, one, act)
        lights.relight(tx, one.task, at=act.at)


def _new(draft: Draft, collectives: frozenset[str]) -> Held:
    task = TaskRow(
        id=draft.task_id,
        sort_key=draft.sort_key,
        plan_id=draft.plan_id,
        section_id=draft.section_id,
        kind=draft.kind,
        source=draft.source,
        document_id=draft.document_id,
        state=State.REGISTERED,
        progress=0,
        revision=0,
        light="",
        lights=0,
    )
    held = Held(task)
    _apply(held, draft.facts, collectives)
    return held


def _apply(held: Held, facts: TaskFacts, collectives: frozenset[str]) -> None:
    task = held.task
    task.number, task.title, task.section, task.body = facts.number, facts.title, facts.section, facts.body
    task.first_line, task.last_line = facts.lines
    task.deadline, task.deadline_raw, task.in_year_scope = (
        facts.deadline,
        facts.deadline_raw,
        facts.in_year_scope,
    )
    task.ongoing, task.follow_up, task.stage_note = facts.ongoing, facts.follow_up, facts.stage_note
    held.units = tuple(UnitOnTask(unit, role, collective=unit in collectives) for role, unit in facts.units)
    answering = find_answering(held.units)
    task.answering_unit = answering.unit_id if answering else None
    task.answering_assumed = answering is not None and answering.assumed
    task.due_at = clocks.due_instant(held)


async def revise_task(tx: Tx, held: Held, facts: TaskFacts, act: Act, *, collectives: frozenset[str]) -> None:
    """Take over what a revised document says of a task; clock, light and mirrors follow."""
    old = repository.facts_of(held)
    changes = {
        name: to_jsonable_python([getattr(old, name), getattr(facts, name)])
        for name in changed_fields(old, facts)
    }
    _apply(held, facts, collectives)
    if "units" in changes:
        await tx.session.execute(delete(TaskUnitRow).where(TaskUnitRow.task_id == held.task.id))
        tx.session.add_all(repository.unit_rows(held.task.id, held.units))
    add_revision(tx, held.task, act, _entry(REVISE, held.task.state, changes))
    _publish(tx, held, act)
    clocks.follow_deadline(tx, held, act)
    lights.relight(tx, held.task, at=act.at)


def _entry(move: str, from_state: str | None, changes: Mapping[str, Any]) -> RevisionRow:
    return RevisionRow(move=move, from_state=from_state, reason="", changes=dict(changes))


def _publish(tx: Tx, held: Held, act: Act) -> None:
    task = held.task
    event = TaskRegistered(
        task_id=task.id,
        kind=task.kind,
        plan_id=task.plan_id,
        number=task.number,
        title=task.title,
        units=tuple(UnitRole(unit_id=unit.unit_id, role=unit.role) for unit in held.units),
        answering_unit=task.answering_unit,
        due_on=task.deadline,
        ongoing=task.ongoing,
        in_year_scope=task.in_year_scope,
    )
    tx.publish(event, time=act.at, revision=task.revision)
