"""The tasks of a document: new ones are registered, changed ones revised, and all take their place in it."""

from services.tasks.acts import Act
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.registration import Draft, register_tasks, revise_task
from services.tasks.models import SectionRow
from services.tasks.plans import repository, rows
from services.tasks.plans.study import Study
from shared.database import Tx

KIND, SOURCE = "action", "plan"  # 重点任务 of a plan document.


async def write_tasks(tx: Tx, study: Study, act: Act) -> None:
    """Bring sections and tasks to what the document says."""
    sections = rows.section_rows(study.parsed, study.made.ids)
    await repository.replace_parts(tx.session, SectionRow, list(study.plans), sections)
    await tx.session.flush()  # Tasks refer to sections.
    drafts, deed = _drafts(study), await begin(tx, act)
    await register_tasks(
        deed,
        [one for one in drafts if one.task_id not in study.held],
        collectives=study.collectives,
    )
    for one in drafts:
        if one.task_id in study.held:
            await _follow(deed, study, one)
    await tx.session.flush()  # Targets and cadences refer to tasks.


def _drafts(study: Study) -> list[Draft]:
    return [
        Draft(
            task_id=task_id,
            sort_key=f"{study.plans[plan.id].ordinal:05d}.{place:05d}.{task_id}",
            kind=KIND,
            source=SOURCE,
            plan_id=plan.id,
            section_id=plan.section_of[task_id],
            document_id=study.document_id,
            facts=facts,
        )
        for plan in study.made.plans
        for place, (task_id, facts) in enumerate(plan.tasks.items(), 1)
    ]


async def _follow(deed: Deed, study: Study, wanted: Draft) -> None:
    """Bring a task that the ledger has to what the document says; one that came back counts as changed."""
    held = study.held[wanted.task_id]
    task = held.task
    task.sort_key, task.section_id, task.document_id = wanted.sort_key, wanted.section_id, wanted.document_id
    if wanted.task_id in {*study.difference.changed, *study.difference.added}:
        await revise_task(deed, held, wanted.facts, collectives=study.collectives)
    task.first_line, task.last_line = wanted.facts.lines
