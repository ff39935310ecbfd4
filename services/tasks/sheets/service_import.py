"""The use case of importing a 台账: register what is new, revise what changed, all of it or nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger.announcing import announce
from services.tasks.ledger.by_hand import AFTER_ALL
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.registration import Draft, register_tasks, revise_task
from services.tasks.ledger.repository import Held, facts_of
from services.tasks.models import PlanRow
from services.tasks.sheets.domain_faults import Fault
from services.tasks.sheets.domain_import import Wanted
from services.tasks.sheets.study import Read, Study, study_ledger
from shared.clock import at_local, local_date
from shared.database import Tx
from shared.errors import Invalid

OPENING_HOUR = 9  # A day of registration that lies in the past begins with the office's hours.


async def preview_ledger(session: AsyncSession, read: Read, actor: Actor, today: date) -> Study:
    """Say what a workbook would do; it writes nothing.

    Raises:
        Forbidden: Somebody else than a supervisor asks.
    """
    check_supervisor(actor, word="导入台账")
    return await study_ledger(session, read, today, lock=False)


async def import_ledger(tx: Tx, read: Read, act: Act) -> Study:
    """Bring the ledger to what a workbook says; the same workbook again changes nothing.

    Raises:
        Forbidden: Somebody else than a supervisor asks.
        Invalid: The workbook has a fault; all of them are in the details, and nothing is written.
    """
    check_supervisor(act.actor, word="导入台账")
    study = await study_ledger(tx.session, read, local_date(act.at), lock=True)
    refuse_faults(study.findings.faults)
    deed = await begin(tx, act)
    for day, wanted in _by_day(study.findings.added).items():
        await _register(_dated(deed, day), wanted, study)
    for change in study.findings.changed:
        await _change(deed, study.held[change.wanted.task_id], change.wanted, study.collectives)
    return study


def refuse_faults(faults: list[Fault]) -> None:
    """Pass when there is no fault.

    Raises:
        Invalid: There is one; the details hold each with its place and remedy.
    """
    if faults:
        message = f"表中有 {len(faults)} 处问题，没有写入任何内容；请按清单改正后重新导入"
        raise Invalid(message, code="sheet.faulty", field="file", faults=[_fault_view(one) for one in faults])


def _fault_view(fault: Fault) -> dict[str, str | int]:
    return {name: getattr(fault, name) for name in Fault.__slots__}


def _by_day(added: Iterable[Wanted]) -> dict[date, list[Wanted]]:
    days: dict[date, list[Wanted]] = defaultdict(list)
    for one in added:
        days[one.registered_on].append(one)
    return dict(sorted(days.items()))


def _dated(deed: Deed, day: date) -> Deed:
    """Date a registration by its day; the ledger still learns of it now."""
    if day >= local_date(deed.act.at):
        return deed
    return replace(deed, act=replace(deed.act, at=at_local(day, OPENING_HOUR)))


async def _register(deed: Deed, wanted: list[Wanted], study: Study) -> None:
    drafts = [
        Draft(
            task_id=one.task_id,
            sort_key=await _sort_key(deed, one),
            kind=one.kind,
            source=one.source,
            source_ref=one.source_ref or None,
            level=one.level,
            plan_id=one.plan_id,
            section_id=None,
            document_id=None,
            facts=one.facts,
        )
        for one in wanted
    ]
    await register_tasks(deed, drafts, collectives=study.collectives)


async def _sort_key(deed: Deed, one: Wanted) -> str:
    """Give a place as tasks get that are registered by hand one by one: behind their plan, or behind all."""
    plan = await deed.tx.session.get(PlanRow, one.plan_id) if one.plan_id else None
    place = plan.ordinal if plan else AFTER_ALL
    return f"{place:05d}.{AFTER_ALL}.{deed.act.at:%Y%m%d%H%M%S}.{one.row.reader.number:05d}.{one.task_id}"


async def _change(deed: Deed, held: Held, wanted: Wanted, collectives: frozenset[str]) -> None:
    told = {"level": wanted.level, "source_ref": wanted.source_ref or None}
    changes = {
        name: [getattr(held.task, name), value]
        for name, value in told.items()
        if getattr(held.task, name) != value
    }
    if changes:
        for name, (_, value) in changes.items():
            setattr(held.task, name, value)
        note(deed, held, Note(step="edit", changes=changes))
        announce(deed, held)
        settle(deed, held)
    if wanted.facts != facts_of(held):
        await revise_task(deed, held, wanted.facts, collectives=collectives)
