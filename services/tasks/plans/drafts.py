"""A parsed document in the ledger's terms: ledger ids, units instead of names, comparable facts; still no row."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.tasks.domain_ids import part_id, plan_id_of, title_key, unique
from services.tasks.importer import records
from services.tasks.ledger.domain import RoleName
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.plans.domain import in_year_scope
from services.tasks.units.domain import PrintedUnit


@dataclass(slots=True, kw_only=True)
class PlanDraft:
    """One plan of a document.

    Attributes:
        tasks: Facts by ledger id, in the order of the document.
        section_of: Ledger id of the section that a task stands in.
    """

    id: str
    title: str
    title_key: str
    issued_on: date | None
    lines: records.Lines
    tasks: dict[str, TaskFacts] = field(default_factory=dict)
    section_of: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class DocumentDraft:
    """A whole document; `ids` gives the ledger's id of every plan, section and task of the importer."""

    plans: list[PlanDraft]
    ids: dict[str, str]


def printed_units(parsed: records.Parsed) -> list[PrintedUnit]:
    """List the unit names of a document once each; a name that its reader does not list stands for itself."""
    found = {unit.name: PrintedUnit(unit.name, unit.canonical, unit.kind) for unit in parsed.units}
    for task in parsed.tasks:
        for name in (*task.lead, *task.responsible, *task.cooperating):
            found.setdefault(name, PrintedUnit(name, name, "unknown"))
    return list(found.values())


def draft(parsed: records.Parsed, meaning: Mapping[str, str]) -> DocumentDraft:
    """Put a document into the ledger's terms; `meaning` is the unit id of every printed name."""
    plan_ids = unique(plan_id_of(plan.title) for plan in parsed.plans)
    keys = unique(title_key(plan.title) for plan in parsed.plans)
    ids = {plan.id: plan_id for plan, plan_id in zip(parsed.plans, plan_ids, strict=True)}
    ids |= {section.id: part_id(ids[section.plan_id], section.id) for section in parsed.sections}
    plans = [
        PlanDraft(
            id=ids[plan.id], title=plan.title, title_key=key, issued_on=parsed.issued_on, lines=plan.lines
        )
        for plan, key in zip(parsed.plans, keys, strict=True)
    ]
    for plan, made in zip(parsed.plans, plans, strict=True):
        _draft_tasks([task for task in parsed.tasks if task.plan_id == plan.id], made, ids, meaning)
    return DocumentDraft(plans=plans, ids=ids)


def _draft_tasks(
    tasks: list[records.Task], plan: PlanDraft, ids: dict[str, str], meaning: Mapping[str, str]
) -> None:
    year = _plan_year(plan.issued_on, tasks)
    task_ids = unique(part_id(plan.id, task.id) for task in tasks)
    for task, task_id in zip(tasks, task_ids, strict=True):
        ids[task.id] = task_id
        plan.tasks[task_id] = _facts(task, meaning, year)
        plan.section_of[task_id] = ids[task.section_id] if task.section_id else None


def _plan_year(issued_on: date | None, tasks: list[records.Task]) -> int | None:
    if issued_on is not None:
        return issued_on.year
    years = Counter(task.deadline.year for task in tasks if task.deadline)
    return years.most_common(1)[0][0] if years else None


def _facts(task: records.Task, meaning: Mapping[str, str], year: int | None) -> TaskFacts:
    return TaskFacts(
        number=task.number,
        title=task.title,
        section=task.section,
        body=task.body,
        lines=task.lines,
        units=_units(task, meaning),
        deadline=task.deadline,
        deadline_raw=task.deadline_raw,
        ongoing=task.ongoing,
        follow_up=task.follow_up,
        stage_note=task.stage_note,
        in_year_scope=in_year_scope(task.deadline, ongoing=task.ongoing, year=year),
    )


def _units(task: records.Task, meaning: Mapping[str, str]) -> tuple[tuple[RoleName, str], ...]:
    """Give roles and units in order; two printed names of one unit in one role are one."""
    named: tuple[tuple[RoleName, tuple[str, ...]], ...] = (
        ("lead", task.lead),
        ("responsible", task.responsible),
        ("cooperating", task.cooperating),
    )
    return tuple(dict.fromkeys((role, meaning[name]) for role, names in named for name in names))
