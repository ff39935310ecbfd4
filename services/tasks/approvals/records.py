"""A record in hand: whoever has it next, its step, and the events that tell of it.

Invariant: every event of a record is published here with the next revision, so that readers can ignore an older one.
"""

from dataclasses import dataclass
from typing import Any, cast

from services.tasks.acts import Act
from services.tasks.approvals import repository
from services.tasks.approvals.domain import State
from services.tasks.approvals.domain_rules import Rules
from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.models import ApprovalRow, ApprovalStepRow
from services.tasks.workdays.repository import read_calendar
from shared.database import Tx
from shared.events.approvals import ApprovalResult
from shared.events.claims import ApprovalReassigned, ApprovalRouted, ClaimEvent
from shared.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Case:
    """A record in hand.

    Attributes:
        rules: Those that hold now; whoever has it next gets their limit.
    """

    tx: Tx
    act: Act
    row: ApprovalRow
    rules: Rules
    calendar: WorkCalendar


async def take_up(tx: Tx, record_id: str, act: Act) -> Case:
    """Lock a record for a step.

    Raises:
        NotFound: There is none.
    """
    row = await repository.get_record(tx.session, record_id, lock=True)
    return await in_hand(tx, row, act)


async def in_hand(tx: Tx, row: ApprovalRow, act: Act) -> Case:
    """Give a row that is locked, or new, with what its steps go by."""
    return Case(tx, act, row, await repository.rules_now(tx.session), await read_calendar(tx.session))


def due_after(row: ApprovalRow, calendar: WorkCalendar) -> None:
    """Set the end of the limit from its beginning."""
    limit = Limit(row.limit_workdays, Span.WORKDAYS)
    row.due_at = limit.due_after(row.started_at, calendar)


def wait_for(case: Case, unit_id: str | None, state: State) -> None:
    """Let somebody have it from now on: a unit, or the supervision office; their limit begins."""
    row = case.row
    row.unit_id, row.state = unit_id, state
    row.hop += unit_id is not None
    row.started_at, row.limit_workdays = case.act.at, case.rules.claim_workdays
    due_after(row, case.calendar)


def tell(case: Case, event: ClaimEvent) -> None:
    """Publish what happened to a record, dated by the deed."""
    case.row.revision += 1
    case.tx.publish(event, time=case.act.at, revision=case.row.revision)


def keyed(row: ApprovalRow) -> dict[str, Any]:
    """Give what every event of a record says."""
    return {"record_id": row.id, "approval_id": row.approval_id, "version": row.version}


def awaited(case: Case) -> dict[str, Any]:
    """Give what every event says after which somebody has it."""
    row = case.row
    return keyed(row) | {
        "project_no": row.project_no,
        "hop": row.hop,
        "started_at": row.started_at,
        "recorded_at": case.act.recorded_at,
        "due_at": row.due_at,
        "limit": row.limit_workdays,
    }


def routed(case: Case) -> ApprovalRouted:
    """Give the event that says who has it."""
    row = case.row
    return ApprovalRouted(
        **awaited(case),
        source_id=row.source_id,
        item_code=row.item_code,
        result=cast("ApprovalResult", row.result),
        unit_id=row.unit_id if row.state == State.PENDING else None,
        how=row.how,
    )


def reassigned(case: Case, unit_id: str) -> ApprovalReassigned:
    """Give the event that says to whom the office handed it."""
    return ApprovalReassigned(**awaited(case), unit_id=unit_id)


def note_step(case: Case, step: str, *, unit: str | None = None, reason: str = "", **details: object) -> None:
    """Write down a step of a record."""
    row, act = case.row, case.act
    row.steps += 1
    step_row = ApprovalStepRow(record_id=row.id, number=row.steps, step=step, reason=reason)
    step_row.at, step_row.entered_at, step_row.by = act.at, act.entered_at, act.actor.id
    step_row.unit_id, step_row.details = unit, dict(details)
    case.tx.session.add(step_row)
