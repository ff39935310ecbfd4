"""The occurrences of the periods that begin, registered as tasks and handed out at daybreak, once whatever crashes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from services.tasks.acts import Act
from services.tasks.domain_periods import Frequency
from services.tasks.duties import repository
from services.tasks.duties.domain import KIND, Duty, Occurrence, missing, occurrences
from services.tasks.ledger.by_hand import AFTER_ALL
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_facts import TaskFacts
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.registration import Draft, register_tasks
from services.tasks.ledger.repository import hold_all
from services.tasks.ledger.service import make_move
from services.tasks.ledger.terms import Terms, read_terms
from services.tasks.models import DutyRow, OccurrenceRow
from shared.clock import local_date
from shared.database import Tx

LONGEST_PERIOD = timedelta(days=366)


async def register_due(tx: Tx, *, entered_at: datetime) -> int:
    """Register the occurrences of all duties for the periods that run today; give how many were new."""
    today, terms = local_date(tx.now), await read_terms(tx.session)
    duties = {
        row.id: row
        for row in (await repository.list_duties(tx.session, holding_on=today - LONGEST_PERIOD)).items
    }
    wanted = [one for row in duties.values() for one in occurrences(_duty(row), today, terms.calendar)]
    known = await repository.known_occurrences(tx.session, duties, today - LONGEST_PERIOD)
    new = missing(wanted, known)
    successors = await repository.successors(tx.session) if new else {}
    by_duty: dict[str, list[Occurrence]] = {}
    for one in new:
        by_duty.setdefault(one.duty_id, []).append(one)
    for duty_id, theirs in by_duty.items():
        row = duties[duty_id]
        row.unit_id = _running(row.unit_id, successors)
        await _register(_deed(tx, terms, row, entered_at), row, theirs)
    return len(new)


def _duty(row: DutyRow) -> Duty:
    return Duty(
        id=row.id,
        title=row.title,
        frequency=cast("Frequency", row.frequency),
        times=row.times,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _running(unit_id: str, successors: Mapping[str, str]) -> str:
    """Give the unit that has taken over the duties of one that has ended."""
    while unit_id in successors:
        unit_id = successors[unit_id]
    return unit_id


def _deed(tx: Tx, terms: Terms, row: DutyRow, entered_at: datetime) -> Deed:
    """Let it be the deed of the supervisor who adopted the duty."""
    actor = Actor(id=row.adopted_by, role="supervisor")
    return Deed(tx, Act(actor=actor, at=tx.now, recorded_at=tx.now, entered_at=entered_at), terms)


async def _register(deed: Deed, row: DutyRow, theirs: Sequence[Occurrence]) -> None:
    await register_tasks(deed, [_draft(row, one) for one in theirs], collectives=frozenset())
    for one in theirs:
        key = OccurrenceRow(duty_id=one.duty_id, period_start=one.period_start, number=one.number)
        key.task_id = one.task_id
        deed.tx.session.add(key)
    await deed.tx.session.flush()
    for task_id, held in (await hold_all(deed.tx.session, [one.task_id for one in theirs])).items():
        await make_move(deed, held, MoveCommand(task_id=task_id, move=Move.ASSIGN))


def _draft(row: DutyRow, one: Occurrence) -> Draft:
    return Draft(
        task_id=one.task_id,
        sort_key=f"{AFTER_ALL}.{AFTER_ALL}.{one.period_start:%Y%m%d}000000.{one.task_id}",
        kind=KIND,
        source="document" if row.cadence_id else "manual",
        source_ref=row.id,
        plan_id=None,  # What a plan counts are its tasks, not how often its meetings were held.
        section_id=None,
        document_id=None,
        facts=_facts(row, one.title, one.due_on),
    )


def _facts(row: DutyRow, title: str, due_on: date) -> TaskFacts:
    return TaskFacts(
        number="",
        title=title,
        section=None,
        body="\n".join(
            f"{word}：{said}" for word, said in (("责任岗位", row.post), ("报送", row.report_to)) if said
        ),
        lines=(0, 0),
        units=(("lead", row.unit_id),),
        deadline=due_on,
        deadline_raw=None,
        ongoing=False,
        follow_up=None,
        stage_note=None,
        in_year_scope=False,
    )
