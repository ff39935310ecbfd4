"""What an import did, or would do: the answer to the person who confirms."""

from dataclasses import dataclass, field

from services.tasks.importer import records
from services.tasks.ledger.domain_facts import Difference, TaskFacts
from services.tasks.ledger.proposals import Saying
from services.tasks.plans.drafts import DocumentDraft
from services.tasks.units.domain import Resolution

NOTHING = Difference(added=(), changed={}, moved=(), removed=())


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLabel:
    """A task as people find it in the document; `fields` are those that changed."""

    task_id: str
    plan: str
    number: str
    title: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """A plan of the document with how much stands in it."""

    plan_id: str
    title: str
    tasks: int
    stage_goals: int
    targets: int
    cadences: int


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The answer; `unchanged` says that the very same document was confirmed before.

    Attributes:
        sayings: What its tasks say, by id, for the pairs that could be linked.
    """

    document_id: str
    confirmed: bool
    unchanged: bool = False
    plans: list[PlanSummary] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    doubts: list[records.Doubt] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    added: list[TaskLabel] = field(default_factory=list)
    changed: list[TaskLabel] = field(default_factory=list)
    removed: list[TaskLabel] = field(default_factory=list)
    sayings: dict[str, Saying] = field(default_factory=dict)


def summarise(parsed: records.Parsed, made: DocumentDraft, units: Resolution, outcome: Outcome) -> None:
    """Fill in what stands in the document: plans, counts, doubts (with the ledger's ids)."""
    for plan in parsed.plans:
        numbers = {
            name: sum(part.plan_id == plan.id for part in parts)
            for name, parts in (
                ("tasks", parsed.tasks),
                ("stage_goals", parsed.milestones),
                ("targets", parsed.targets),
                ("cadences", parsed.cadences),
            )
        }
        outcome.plans.append(PlanSummary(plan_id=made.ids[plan.id], title=plan.title, **numbers))
    outcome.counts = {
        "plans": len(parsed.plans),
        "sections": len(parsed.sections),
        "tasks": len(parsed.tasks),
        "stage_goals": len(parsed.milestones),
        "targets": len(parsed.targets),
        "cadences": len(parsed.cadences),
        "units": len(set(units.meaning.values())),
        "doubts": len(parsed.doubts),
    }
    outcome.doubts = [
        records.Doubt(
            code=one.code,
            message=one.message,
            lines=one.lines,
            task_id=made.ids.get(one.task_id) if one.task_id else None,
        )
        for one in parsed.doubts
    ]
    outcome.new_units = [unit.name for unit in units.new_units]
    outcome.sayings = {
        task_id: Saying(id=task_id, plan=plan.title, number=facts.number, title=facts.title, body=facts.body)
        for plan in made.plans
        for task_id, facts in plan.tasks.items()
    }


def label(
    outcome: Outcome, difference: Difference, facts: dict[str, TaskFacts], titles: dict[str, str]
) -> None:
    """Fill in the difference; `facts` and `titles` (of plans) are by task id."""

    def labels(ids: tuple[str, ...]) -> list[TaskLabel]:
        return [
            TaskLabel(
                task_id=one,
                plan=titles[one],
                number=facts[one].number,
                title=facts[one].title,
                fields=difference.changed.get(one, ()),
            )
            for one in ids
        ]

    outcome.added = labels(difference.added)
    outcome.changed = labels(tuple(difference.changed))
    outcome.removed = labels(difference.removed)
