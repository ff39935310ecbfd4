"""Tasks entering the ledger 立项, and following what a revised document says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from services.tasks.ledger import clocks, lights, repository
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import State, UnitOnTask, find_answering
from services.tasks.ledger.domain_facts import TaskFacts, changed_fields
from services.tasks.ledger.history import add_revision, complete
from services.tasks.ledger.parts import follow_units
from services.tasks.ledger.repository import Held
from services.tasks.models import RevisionRow, TaskRow

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
    source_ref: str | None = None
    level: str = "normal"
    parent_id: str | None = None


async def register_tasks(deed: Deed, drafts: Sequence[Draft], *, collectives: frozenset[str]) -> list[Held]:
    """Register tasks and give them; the ids must be new. `collectives` are the units that can't answer for a task."""
    tx, held = deed.tx, [_new(draft, collectives) for draft in drafts]
    tx.session.add_all(one.task for one in held)
    await tx.session.flush()  # Units and history refer to the tasks.
    for one in held:
        tx.session.add_all(repository.unit_rows(one.task.id, one.units))
        add_revision(deed, one, _entry(REGISTER, None, {}))
        announce(deed, one)
        lights.relight(tx, one, deed.terms, at=deed.act.at)
        complete(one)
    return held


def _new(draft: Draft, collectives: frozenset[str]) -> Held:
    task = TaskRow(
        id=draft.task_id,
        sort_key=draft.sort_key,
        plan_id=draft.plan_id,
        section_id=draft.section_id,
        kind=draft.kind,
        source=draft.source,
        source_ref=draft.source_ref,
        level=draft.level,
        parent_id=draft.parent_id,
        deadline_set=False,
        units_set=False,
        reviews_passed=0,
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
    task.deadline_raw, task.in_year_scope = facts.deadline_raw, facts.in_year_scope
    if (
        facts.deadline is not None or not task.deadline_set
    ):  # A date set by hand stays until a document has one.
        task.deadline, task.deadline_set = facts.deadline, False
    task.ongoing, task.follow_up, task.stage_note = facts.ongoing, facts.follow_up, facts.stage_note
    held.units = tuple(UnitOnTask(unit, role, collective=unit in collectives) for role, unit in facts.units)
    answering = find_answering(held.units)
    task.answering_unit = answering.unit_id if answering else None
    task.answering_assumed = answering is not None and answering.assumed
    task.due_at = clocks.due_in_force(held)


async def revise_task(deed: Deed, held: Held, facts: TaskFacts, *, collectives: frozenset[str]) -> None:
    """Take over what a revised document says of a task; clock, light and mirrors follow."""
    old = repository.facts_of(held)
    changes = {
        name: to_jsonable_python([getattr(old, name), getattr(facts, name)])
        for name in changed_fields(old, facts)
    }
    _apply(held, facts, collectives)
    if "units" in changes:
        await repository.replace_units(deed.tx.session, held, held.units)
        await follow_units(deed.tx, held)
    add_revision(deed, held, _entry(REVISE, held.task.state, changes))
    announce(deed, held)
    if "deadline" in changes:
        clocks.follow_deadline(deed, held)
    held.task.due_at = clocks.due_in_force(held)
    lights.relight(deed.tx, held, deed.terms, at=deed.act.at)
    complete(held)


def _entry(move: str, from_state: str | None, changes: Mapping[str, Any]) -> RevisionRow:
    return RevisionRow(move=move, from_state=from_state, reason="", changes=dict(changes))
