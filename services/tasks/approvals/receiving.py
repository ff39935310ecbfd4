"""A result of an approval comes in: recorded once, and routed to the unit that supervises its item, or to the office.

Invariant: nothing that came in is lost: what no row of the directory is about waits for the supervision office.
"""

from dataclasses import dataclass
from datetime import datetime

from services.tasks.acts import Act
from services.tasks.approvals import repository
from services.tasks.approvals.domain import UNCLAIMED, State, claimer, newest, record_id
from services.tasks.approvals.records import Case, in_hand, keyed, note_step, routed, tell, wait_for
from services.tasks.dispatch.domain import APPROVAL, BY_CODE, Wanted
from services.tasks.dispatch.repository import living_unit
from services.tasks.dispatch.service import find_unit
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import ApprovalRow
from shared.clock import local_date
from shared.database import Tx
from shared.events.approvals import ApprovalReceived
from shared.events.claims import ApprovalSuperseded

DIRECTORY = Actor(id="dispatch-directory", role="supervisor")  # Whose act it is when nobody's is.


@dataclass(frozen=True, slots=True)
class Choice:
    """Who has to claim, and why; nobody where the supervision office has to find a unit."""

    unit_id: str | None = None
    how: str = ""
    rule_id: str | None = None


async def receive(tx: Tx, event: ApprovalReceived, *, entered_at: datetime) -> None:
    """Record a result and route it; a repeat does nothing, and an earlier one that nobody claimed gives way."""
    if await tx.session.get(ApprovalRow, record_id(event.approval_id, event.version)) is not None:
        return
    at = (
        tx.cause.time if tx.cause else tx.now
    )  # The limit runs from when it arrived, however late it is read.
    act = Act(actor=DIRECTORY, at=at, recorded_at=tx.now, entered_at=entered_at)
    others = await repository.versions_of(tx.session, event.approval_id)
    known = [repository.known_of(one) for one in others]
    case = await in_hand(tx, _row(event, at), act)
    later = newest(known, event.version)
    amended = [*known, *await repository.amended_by(tx.session, event.amends)]
    choice = await _choose(case, claimer(amended))
    case.row.how, case.row.rule_id = choice.how, choice.rule_id
    wait_for(case, choice.unit_id, State.PENDING if choice.unit_id else State.UNROUTED)
    tx.session.add(case.row)
    await tx.session.flush()  # Steps refer to it.
    note_step(case, "routed", unit=choice.unit_id, how=choice.how, rule=choice.rule_id)
    tell(case, routed(case))
    if later is not None:
        _supersede(case, later)
    for other in others:
        if other.version < event.version and other.state in UNCLAIMED:
            _supersede(await in_hand(tx, other, act), event.version)


async def _choose(case: Case, before: str | None) -> Choice:
    """Find who claimed what this amends, else who supervises the item by the directory, else who approved."""
    row, session = case.row, case.tx.session
    if (unit := await living_unit(session, before)) is not None:
        return Choice(unit, "earlier")
    wanted = Wanted(
        item_code=row.item_code,
        unit_code=row.unit_code,
        region_code=row.region_code,
        on=local_date(case.act.at),
        purpose=APPROVAL,
    )
    found = await find_unit(session, wanted)
    if found.unit_id is None or (found.by == BY_CODE and not case.rules.approver_supervises):
        return Choice()
    return (
        Choice(found.unit_id, "code") if found.by == BY_CODE else Choice(found.unit_id, "directory", found.by)
    )


def _supersede(case: Case, by: int) -> None:
    row = case.row
    row.state, row.superseded_by = State.SUPERSEDED, by
    note_step(case, "superseded", unit=row.unit_id, by=by)
    tell(case, ApprovalSuperseded(**keyed(row), by=by, superseded_at=case.act.at))


def _row(event: ApprovalReceived, at: datetime) -> ApprovalRow:
    said = event.model_dump(exclude={"scheme", "raw_code"})
    row = ApprovalRow(**said, id=record_id(event.approval_id, event.version))
    row.received_at, row.received_on = at, local_date(at)
    row.claimed_by, row.supervised_note = "", ""
    row.hop, row.revision, row.steps = 0, 0, 0
    return row
