"""Use cases of duties: adopted and ended by the supervisor, reported on with one line for several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.domain_periods import Frequency
from services.tasks.duties import repository
from services.tasks.duties.domain import KIND, check_duty, check_span
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.repository import known_units
from services.tasks.ledger.repository_queries import read_task
from services.tasks.ledger.service import move_task
from services.tasks.models import DutyRow, TaskRow
from shared.database import Tx
from shared.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOrder:
    """A duty as the supervisor adopts it, for one unit or for several that each do the same.

    Attributes:
        times: In every period.
        post: Whose it is within the unit, as a post (主要负责同志, 包抓服务员).
        report_to: To whom it is reported.
        cadence_id: The cadence of a plan that says so.
        starts_on: Periods count that begin on this day or later, until `ends_on`.
    """

    title: str
    frequency: Frequency
    units: tuple[str, ...]
    starts_on: date
    ends_on: date | None = None
    times: int = 1
    post: str = ""
    report_to: str | None = None
    cadence_id: str | None = None


async def adopt_duty(tx: Tx, said: DutyOrder, act: Act) -> list[DutyRow]:
    """Adopt a duty for each of its units; a unit that has it already, from the same day, keeps the one it has.

    Raises:
        NotFound: There is no such cadence.
        Forbidden: Somebody else than a supervisor asks.
        Invalid: A unit is unknown or no single one, or the words make no sense.
    """
    check_supervisor(act.actor, word="设定例行事项")
    check_duty(said.title, said.units, said.times)
    check_span(said.starts_on, said.ends_on)
    if said.cadence_id is not None:
        await repository.get_cadence(tx.session, said.cadence_id)
    units = await known_units(tx.session, [("lead", unit) for unit in said.units])
    if collective := next((unit.unit_id for unit in units if unit.collective), None):
        message = f"“{collective}”是单位统称，请逐一列明单位"
        raise Invalid(message, code="duty.collective", field="units", unit=collective)
    return [await _adopt(tx, said, unit.unit_id, act) for unit in units]


async def _adopt(tx: Tx, said: DutyOrder, unit_id: str, act: Act) -> DutyRow:
    key = (said.title.strip(), said.frequency, unit_id, said.post.strip(), said.starts_on, said.cadence_id)
    duty_id = f"du{short_hash(' '.join(map(str, key)))}"
    if known := await tx.session.get(DutyRow, duty_id):
        return known
    row = DutyRow(
        id=duty_id,
        title=said.title.strip(),
        unit_id=unit_id,
        post=said.post.strip(),
        frequency=said.frequency,
        times=said.times,
        report_to=said.report_to,
        cadence_id=said.cadence_id,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        adopted_by=act.actor.id,
        adopted_at=act.at,
    )
    tx.session.add(row)
    return row


async def end_duty(tx: Tx, duty_id: str, ends_on: date, act: Act) -> DutyRow:
    """Let a duty end; no period that begins after `ends_on` has it, what is registered stays owed.

    Raises:
        NotFound: There is none.
        Forbidden: Somebody else than a supervisor asks.
    """
    check_supervisor(act.actor, word="停止例行事项")
    row = await repository.get_duty(tx.session, duty_id)
    row.ends_on = ends_on
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyReport:
    """What a unit says of occurrences that are done: their tasks, and one line for all of them."""

    occurrences: tuple[str, ...]
    note: str
    evidence: tuple[str, ...] = ()
    on_behalf_of: str | None = None


async def report_duties(tx: Tx, said: DutyReport, act: Act) -> Sequence[TaskRow]:
    """Close occurrences with one report; all of them or, when one can't be closed, none.

    Raises:
        NotFound: There is no such task.
        Conflict: One is closed already.
        Forbidden: One is another unit's.
        Invalid: One is no duty, or the line is empty.
    """
    if not said.note.strip():
        raise Invalid("请用一句话说明完成情况", code="duty.note_missing", field="note")
    report = Report(note=said.note, evidence=said.evidence)
    done = []
    for task_id in dict.fromkeys(said.occurrences):
        task = await read_task(tx.session, task_id)
        if task.kind != KIND:
            message = f"事项 {task_id} 不是例行事项，请在该事项上办理"
            raise Invalid(message, code="duty.not_one", field="occurrences", task_id=task_id)
        command = MoveCommand(
            task_id=task_id, move=Move.SUBMIT, report=report, on_behalf_of=said.on_behalf_of
        )
        done.append(await move_task(tx, command, act))
    return done
