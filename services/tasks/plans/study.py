"""A document held against the ledger: which units, plans and tasks are there, and what differs; it writes nothing."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.domain_ids import document_id_of
from services.tasks.importer import records
from services.tasks.ledger.domain_facts import Difference, TaskFacts, compare
from services.tasks.ledger.repository import Held, facts_of
from services.tasks.models import PlanRow
from services.tasks.plans import repository
from services.tasks.plans.drafts import DocumentDraft, draft, printed_units
from services.tasks.units import repository as unit_repository
from services.tasks.units.domain import Resolution, resolve
from shared.errors import Invalid


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that was read: its name and the SHA-256 of its content in hexadecimal."""

    name: str
    sha256: str


@dataclass(slots=True, kw_only=True)
class Study:
    """A document held against the ledger.

    Attributes:
        held: All tasks of its plans that the ledger has, by id.
        facts: What the document says, and for tasks that it no longer names what was said last, by id.
        same_document: All its plans come from this very document already.
    """

    parsed: records.Parsed
    document_id: str
    units: Resolution
    collectives: frozenset[str]
    made: DocumentDraft
    plans: dict[str, PlanRow]
    held: dict[str, Held]
    difference: Difference
    same_document: bool
    facts: dict[str, TaskFacts]

    @property
    def changes_nothing(self) -> bool:
        """Whether this document was confirmed before and nobody has edited units since."""
        news = self.units.new_units or self.units.new_aliases
        return self.same_document and self.difference.is_empty and not news


async def study_document(
    session: AsyncSession, parsed: records.Parsed, origin: Origin, *, lock: bool
) -> Study:
    """Compare a document with the ledger; `lock` keeps its tasks until the transaction ends.

    Raises:
        Invalid: There is no plan in the document.
    """
    if not parsed.plans or not parsed.tasks:
        message = f"文件 {origin.name} 中没有识别出方案任务，请检查文件内容"
        raise Invalid(message, code="document.no_tasks", field="file")
    known = await unit_repository.all_units(session)
    aliases = await unit_repository.all_aliases(session)
    units = resolve(printed_units(parsed), aliases, [unit.id for unit in known])
    made = draft(parsed, units.meaning)
    plans = await repository.plans_by_id(session, [plan.id for plan in made.plans], lock=lock)
    held = await repository.tasks_of(session, plans, lock=lock)
    current = {
        task_id: facts_of(one)
        for task_id, one in held.items()
        if one.task.document_id == plans[str(one.task.plan_id)].document_id
    }
    for plan in made.plans:
        known_here = (key for key in plan.tasks if key in current)
        plan.tasks |= {key: _as_chosen(held[key], plan.tasks[key], current[key]) for key in known_here}
    new = {task_id: facts for plan in made.plans for task_id, facts in plan.tasks.items()}
    document_id = document_id_of(origin.sha256)
    collectives = {unit.id for unit in known if unit.collective}
    collectives |= {unit.id for unit in units.new_units if unit.collective}
    return Study(
        parsed=parsed,
        document_id=document_id,
        units=units,
        collectives=frozenset(collectives),
        made=made,
        plans=plans,
        held=held,
        difference=compare(current, new),
        same_document=all(
            plan.id in plans and plans[plan.id].document_id == document_id for plan in made.plans
        ),
        facts=current | new,
    )


def _as_chosen(held: Held, printed: TaskFacts, current: TaskFacts) -> TaskFacts:
    """Let what people chose stay: units whatever the document prints, a date until it prints another."""
    if held.task.units_set:
        printed = replace(printed, units=current.units)
    if held.task.deadline_set and printed.deadline_raw == current.deadline_raw:
        printed = replace(printed, deadline=None)
    return printed
