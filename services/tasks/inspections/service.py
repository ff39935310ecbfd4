"""Use cases of inspections up to the conclusion: planned, approved within limits, started, findings handed out.

Invariant: every step adds one row that says who, when and why.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.inspections import repository
from services.tasks.inspections.domain import (
    InspectionPlan,
    InspectionState,
    InspectionStep,
    check_plan,
    due_day,
    state_after,
)
from services.tasks.inspections.domain_limits import check_frequency, excesses, shipped_limits
from services.tasks.ledger.domain_leaders import leader_deciding
from services.tasks.ledger.domain_limits import Span
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.ledger.repository import known_units
from services.tasks.models import InspectionRow, InspectionStepRow, InspectionUnitRow, TaskRow
from services.tasks.problems.service import Problem, register_problem
from services.tasks.workdays.repository import read_calendar
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Invalid
from shared.events.inspections import (
    InspectionApproved,
    InspectionConcluded,
    InspectionEvent,
    InspectionFound,
    InspectionStarted,
    InspectionWithdrawn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands beside a step: a note, the leader who decided, the unit that acted; and what it publishes."""

    note: str = ""
    leader: str | None = None
    unit: str | None = None
    event: InspectionEvent | None = None


async def make_step(tx: Tx, row: InspectionRow, step: InspectionStep, act: Act, said: Said) -> None:
    """Bring an inspection to the state after `step`, write the step down, and publish what it says.

    Raises:
        Conflict: The step can't be made now.
    """
    if step is not InspectionStep.PLAN:
        row.state = state_after(InspectionState(row.state), step)
    entry = InspectionStepRow(
        inspection_id=row.id,
        number=await repository.next_step(tx.session, row.id),
        step=step,
        at=act.at,
        entered_at=act.entered_at,
        by=act.actor.id,
        decided_by_name=said.leader,
        unit_id=said.unit,
        note=said.note.strip(),
    )
    tx.session.add(entry)
    await tx.session.flush()
    if said.event is not None:
        tx.publish(said.event, time=act.at, revision=entry.number)


async def plan_inspection(tx: Tx, plan: InspectionPlan, act: Act) -> InspectionRow:
    """Draw up an inspection, as a supervisor; a leader has to approve it.

    Raises:
        NotFound: There is no inspection to look back at.
        Forbidden: Somebody else asks.
        Invalid: The plan is incomplete, or a unit is unknown or a collective.
    """
    check_supervisor(act.actor, word="拟订督查方案")
    check_plan(plan)
    await _check_units(tx, (*plan.units, *plan.joint_units))
    if plan.follow_up_of is not None:
        await repository.get_inspection(tx.session, plan.follow_up_of)
    row = InspectionRow(
        id=f"i{short_hash(uuid4().hex, 12)}",
        title=plan.title.strip(),
        basis=plan.basis.strip(),
        scope=plan.scope.strip(),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        team=list(plan.team),
        joint_units=list(plan.joint_units),
        state=InspectionState.DRAFT,
        follow_up_of=plan.follow_up_of,
        override_reason="",
        conclusion="",
        effect_note="",
    )
    tx.session.add(row)
    await tx.session.flush()
    units = dict.fromkeys(plan.units)
    tx.session.add_all(InspectionUnitRow(inspection_id=row.id, unit_id=unit, feedback="") for unit in units)
    await make_step(tx, row, InspectionStep.PLAN, act, Said())
    return row


async def _check_units(tx: Tx, ids: tuple[str, ...]) -> None:
    known = await known_units(tx.session, [("cooperating", unit) for unit in dict.fromkeys(ids)])
    if wrong := [one.unit_id for one in known if one.collective]:
        message = f"{wrong[0]} 是统称，请填写具体单位"
        raise Invalid(message, code="unit.collective", field="units", unit=wrong[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A leader's approval; the override names who lets a unit be inspected beyond its limit, and why."""

    decided_by_name: str = ""
    override_by_name: str = ""
    override_reason: str = ""


async def approve_inspection(tx: Tx, inspection_id: str, said: Approval, act: Act) -> InspectionRow:
    """Approve an inspection, as a leader or on a leader's behalf.

    Raises:
        NotFound: There is none.
        Conflict: It is no draft, or a unit would be inspected too often.
        Forbidden: Somebody else asks.
        Invalid: No leader is named, or the override makes no sense.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    leader = leader_deciding(act.actor, said.decided_by_name, word="督查方案")
    units = list(await repository.units_of(tx.session, row.id))
    await repository.lock_units(tx.session, units)
    limits = shipped_limits()
    counts = row.follow_up_of is None or limits.follow_ups_count
    days = await repository.other_days(tx.session, row, units, follow_ups=limits.follow_ups_count)
    found = excesses(limits, days, row.starts_on) if counts else ()
    name, reason = said.override_by_name.strip(), said.override_reason.strip()
    check_frequency(found, override_by_name=name, override_reason=reason)
    row.approved_by_name, row.override_by_name, row.override_reason = leader, name or None, reason
    event = InspectionApproved(inspection_id=row.id, units=len(units), overridden=bool(reason))
    await make_step(tx, row, InspectionStep.APPROVE, act, Said(note=reason, leader=leader, event=event))
    return row


async def start_inspection(tx: Tx, inspection_id: str, act: Act) -> InspectionRow:
    """Begin an approved inspection, as a supervisor.

    Raises:
        NotFound: There is none.
        Conflict: It was not approved.
        Forbidden: Somebody else asks.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    check_supervisor(act.actor, word="启动督查")
    event = InspectionStarted(
        inspection_id=row.id,
        units=tuple(await repository.units_of(tx.session, row.id)),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        follow_up_of=row.follow_up_of,
    )
    await make_step(tx, row, InspectionStep.START, act, Said(event=event))
    return row


async def withdraw_inspection(tx: Tx, inspection_id: str, reason: str, act: Act) -> InspectionRow:
    """Take back an inspection that has not begun, as a supervisor.

    Raises:
        NotFound: There is none.
        Conflict: It has begun.
        Forbidden: Somebody else asks.
        Invalid: The reason is missing.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    check_supervisor(act.actor, word="撤回督查方案")
    if not reason.strip():
        raise Invalid("撤回督查方案必须说明理由", code="inspection.reason_missing", field="reason")
    known = row.state == InspectionState.APPROVED  # Nobody outside was told of a draft.
    event = InspectionWithdrawn(inspection_id=row.id) if known else None
    await make_step(tx, row, InspectionStep.WITHDRAW, act, Said(note=reason, event=event))
    return row


async def add_finding(tx: Tx, inspection_id: str, finding: Problem, act: Act) -> TaskRow:
    """Register what an inspection found as a problem, as a supervisor; by default it is handed out at once 任务交办.

    Raises:
        NotFound: There is none.
        Conflict: The inspection is not under way.
        Forbidden: Somebody else asks.
        Invalid: The problem makes no sense.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    check_supervisor(act.actor, word="登记督查发现的问题")
    known = {task.id for task in await repository.findings_of(tx.session, row.id)}
    task = await register_problem(tx, replace(finding, found_in=row.id), act)
    if task.id in known:
        return task  # Sent again.
    unit = finding.units[0]
    event = InspectionFound(inspection_id=row.id, task_id=task.id, unit_id=unit)
    await make_step(tx, row, InspectionStep.FIND, act, Said(note=task.id, unit=unit, event=event))
    return task


async def conclude_inspection(
    tx: Tx, inspection_id: str, conclusion: str, act: Act, *, due_on: date | None = None
) -> InspectionRow:
    """Tell the units the conclusion 督查结论, as a supervisor; they answer until `due_on`, or within the usual limit.

    Raises:
        NotFound: There is none.
        Conflict: The inspection is not under way.
        Forbidden: Somebody else asks.
        Invalid: The conclusion is missing, or the day is over.
    """
    row = await repository.get_inspection(tx.session, inspection_id, lock=True)
    check_supervisor(act.actor, word="反馈督查结论")
    if not conclusion.strip():
        raise Invalid("督查结论不能为空", code="inspection.conclusion_missing", field="conclusion")
    if due_on is not None and due_on < local_date(act.at):
        raise Invalid(f"反馈期限 {due_on} 早于今天", code="inspection.due_past", field="due_on")
    calendar, limit = await read_calendar(tx.session), shipped_limits().feedback_workdays
    row.conclusion, row.told_at = conclusion.strip(), act.at
    row.feedback_due_on = due_on or due_day(act.at, limit, Span.WORKDAYS, calendar)
    units = tuple(await repository.units_of(tx.session, row.id))
    event = InspectionConcluded(inspection_id=row.id, units=units, feedback_due_on=row.feedback_due_on)
    await make_step(tx, row, InspectionStep.CONCLUDE, act, Said(note=conclusion, event=event))
    return row
