"""Importing a plan document: a dry run that says what would change, and the confirmation that changes it.

Invariant: what a document says goes into the ledger under the same ids every time, so a repeat changes nothing and a
revised document adds revisions; a task that it no longer names stays, with its history, and is reported.
"""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.importer import records
from services.tasks.models import DocumentRow, DoubtRow, PlanRow
from services.tasks.plans import repository, rows
from services.tasks.plans.drafts import PlanDraft
from services.tasks.plans.outcome import Outcome, label, summarise
from services.tasks.plans.service_parts import write_parts
from services.tasks.plans.service_tasks import write_tasks
from services.tasks.plans.study import Origin, Study, study_document
from services.tasks.units.service import register_units
from shared.database import Tx
from shared.events.supervision import PlanConfirmed


async def preview(session: AsyncSession, parsed: records.Parsed, origin: Origin) -> Outcome:
    """Say what a confirmation would do, and do nothing.

    Raises:
        Invalid: There is no plan in the document.
    """
    return _outcome(await study_document(session, parsed, origin, lock=False), confirmed=False)


async def confirm_plan(tx: Tx, parsed: records.Parsed, origin: Origin, act: Act) -> Outcome:
    """Take a document over into the ledger.

    Raises:
        Invalid: There is no plan in the document.
    """
    study = await study_document(tx.session, parsed, origin, lock=True)
    if not study.changes_nothing:
        await register_units(tx, study.units, act)
        await _write_document(tx, study, origin, act)
        await _write_plans(tx, study, act)
        await write_tasks(tx, study, act)
        await write_parts(tx, study, act)
    return _outcome(study, confirmed=True)


def _outcome(study: Study, *, confirmed: bool) -> Outcome:
    outcome = Outcome(document_id=study.document_id, confirmed=confirmed, unchanged=study.changes_nothing)
    summarise(study.parsed, study.made, study.units, outcome)
    titles = {task_id: plan.title for plan in study.made.plans for task_id in plan.tasks}
    for task_id, held in study.held.items():
        titles.setdefault(task_id, study.plans[str(held.task.plan_id)].title)
    label(outcome, study.difference, study.facts, titles)
    return outcome


async def _write_document(tx: Tx, study: Study, origin: Origin, act: Act) -> None:
    document = await repository.find_document(tx.session, study.document_id)
    if document is None:
        document = DocumentRow(id=study.document_id, sha256=origin.sha256)
        tx.session.add(document)
    document.name, document.number = origin.name, study.parsed.document_number
    document.issued_on = study.parsed.issued_on
    document.confirmed_at, document.confirmed_by = act.at, act.actor.id
    await tx.session.flush()
    await tx.session.execute(delete(DoubtRow).where(DoubtRow.document_id == document.id))
    tx.session.add_all(rows.doubt_rows(study.parsed, study.made.ids, document.id))


async def _write_plans(tx: Tx, study: Study, act: Act) -> None:
    ordinal = await repository.last_ordinal(tx.session)
    touched = {*study.difference.added, *study.difference.changed, *study.difference.removed}
    for made in study.made.plans:
        plan = study.plans.get(made.id)
        if plan is None:
            ordinal += 1
            plan = PlanRow(id=made.id, ordinal=ordinal, title="", tasks=0, revision=0)
            study.plans[made.id] = plan
            tx.session.add(plan)
        theirs = {key for key, held in study.held.items() if held.task.plan_id == made.id}
        changed = plan.title != made.title or bool(touched & (theirs | set(made.tasks)))
        _apply_plan(plan, made, study.document_id)
        if changed:
            _publish_plan(tx, plan, act)
    await tx.session.flush()  # Sections and tasks refer to plans.


def _apply_plan(plan: PlanRow, made: PlanDraft, document_id: str) -> None:
    plan.title, plan.title_key, plan.issued_on = made.title, made.title_key, made.issued_on
    plan.first_line, plan.last_line = made.lines
    plan.document_id, plan.tasks = document_id, len(made.tasks)


def _publish_plan(tx: Tx, plan: PlanRow, act: Act) -> None:
    plan.revision += 1
    event = PlanConfirmed(plan_id=plan.id, title=plan.title, issued_on=plan.issued_on, tasks=plan.tasks)
    tx.publish(event, time=act.at, revision=plan.revision)
