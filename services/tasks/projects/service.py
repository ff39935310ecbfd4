"""Use cases of projects: registered, moved to the next batch, their nodes confirmed, their particulars corrected.

Invariant: each is one step of the task with its event, in the transaction that changes the project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.attachments.evidence import require_evidence
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.domain import signing_units
from services.tasks.ledger.domain_permits import check_impartial, check_supervisor
from services.tasks.ledger.noting import Note
from services.tasks.models import ProjectNodeRow, ProjectPlanRow, ProjectRow, TaskRow
from services.tasks.projects.domain import (
    KIND,
    Facts,
    Project,
    Stage,
    check_code,
    check_forward,
    check_needs,
    check_project,
)
from services.tasks.projects.domain_nodes import Confirmation, check_node
from services.tasks.projects.recording import Hand, advanced, invested, record, take_in_hand
from services.tasks.units.repository import get_unit
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict


async def register_project(tx: Tx, said: Project, act: Act) -> TaskRow:
    """Register a project, as a supervisor; a repeat under the same `client_ref` changes nothing.

    One that is being built and due this year enters 开工一批; 投产一批 follows when its start is confirmed.

    Raises:
        NotFound: A plan or unit is unknown.
        Conflict: It lacks what its batch needs, or `client_ref` stands for another task.
        Forbidden: Somebody else asks.
        Invalid: A word, amount or date makes no sense.
    """
    check_supervisor(act.actor, word="登记重点项目")
    today = local_date(act.at)
    check_project(said, today)
    check_needs(said.stage, facts_of(said))
    officer = said.officer_unit or (said.units[0][1] if said.units else "")
    await get_unit(tx.session, officer)
    task = await register_by_hand(tx, _entry(said), act)
    await tx.session.flush()
    if await tx.session.get(ProjectRow, task.id) is not None:
        return task
    tx.session.add(_row(said, task.id, officer, today))
    await tx.session.flush()
    months = [str(one) for one in said.months]
    since = said.listed_on or today
    plan = ProjectPlanRow(task_id=task.id, year=said.year, since=since, annual=said.annual, months=months)
    tx.session.add(plan)
    await tx.session.flush()
    hand = await take_in_hand(tx, task.id, act)
    changes = {"stage": [None, said.stage], "total": said.total, "annual": said.annual}
    record(hand, Note(step="project.stage", changes=changes), advanced(hand), invested(hand, said.year))
    return task


def facts_of(said: Project) -> Facts:
    """Give what the needs of a batch look at in a project that is not registered yet."""
    return Facts(
        year=said.year,
        approval_ref=said.approval_ref,
        preliminary=said.preliminary,
        charter_ref=said.charter_ref,
        starts_on=said.starts_on,
        completes_on=said.completes_on,
    )


def _entry(said: Project) -> Entry:
    return Entry(
        kind=KIND,
        title=said.title,
        body=said.body,
        units=said.units,
        source=said.source,
        source_ref=said.source_ref,
        level=said.level,
        plan_id=said.plan_id,
        client_ref=said.client_ref,
    )


def _row(said: Project, task_id: str, officer: str, today: date) -> ProjectRow:
    return ProjectRow(
        task_id=task_id,
        stage=said.stage,
        level_owner=said.level_owner,
        leader_post=said.leader_post,
        officer_unit=officer,
        total=said.total,
        completed_before=said.completed_before,
        approval_ref=said.approval_ref,
        preliminary=said.preliminary,
        charter_ref=said.charter_ref,
        starts_on=said.starts_on,
        completes_on=said.completes_on,
        listed_on=said.listed_on or today,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is said of a project later; None keeps what it is. A start that is set moves by an adjustment only."""

    leader_post: str | None = None
    officer_unit: str | None = None
    approval_ref: str | None = None
    preliminary: bool | None = None
    charter_ref: str | None = None
    starts_on: date | None = None
    completes_on: date | None = None


async def edit_project(
    tx: Tx, task_id: str, said: Particulars, act: Act, *, if_revision: int | None = None
) -> None:
    """Set the particulars of a project, as a supervisor.

    Raises:
        NotFound: The project or the unit is unknown.
        Conflict: It is over or has changed, or its planned start was set before.
        Forbidden: Somebody else asks.
        Invalid: A post is no code.
    """
    hand = await take_in_hand(tx, task_id, act, if_revision)
    check_supervisor(act.actor, word="修改项目信息")
    changes = await _apply(tx, hand, said)
    if changes:
        record(hand, Note(step="project.edit", changes=dict(changes)))


async def _apply(tx: Tx, hand: Hand, said: Particulars) -> Mapping[str, list[object]]:
    row = hand.listed.row
    names = said.__slots__
    new = {name: value for name in names if (value := getattr(said, name)) not in {None, getattr(row, name)}}
    if "leader_post" in new:
        check_code(str(new["leader_post"]), "leader_post")
    if "officer_unit" in new:
        await get_unit(tx.session, str(new["officer_unit"]))
    if "starts_on" in new and row.starts_on is not None:
        message = f"计划开工日期已定为 {row.starts_on}，变更须走季度调整（分管委领导、主任办公会）"
        raise Conflict(message, code="project.start_set", field="starts_on")
    changes = {name: [getattr(row, name), value] for name, value in new.items()}
    for name, value in new.items():
        setattr(row, name, value)
    return changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """A move to a batch that lies ahead, with what it needs and is not known yet."""

    to: Stage
    particulars: Particulars = Particulars()
    reason: str = ""
    if_revision: int | None = None


async def advance_project(tx: Tx, task_id: str, said: Advance, act: Act) -> None:
    """Move a project to a batch that lies ahead, as a supervisor.

    Raises:
        NotFound: There is no such project.
        Conflict: The batch does not lie ahead, or the project lacks what it needs.
        Forbidden: Somebody else asks.
        Invalid: A particular makes no sense.
    """
    hand = await take_in_hand(tx, task_id, act, said.if_revision)
    check_supervisor(act.actor, word="调整项目批次")
    now = Stage(hand.listed.row.stage)
    check_forward(now, said.to)
    changes = await _apply(tx, hand, said.particulars)
    check_needs(said.to, hand.listed.facts(hand.today.year))
    set_stage(hand, said.to, Note(step="project.stage", reason=said.reason, changes=dict(changes)))


def set_stage(hand: Hand, to: Stage, said: Note) -> None:
    """Put a project into a batch: one step of its task, with its event."""
    row = hand.listed.row
    changes = {"stage": [row.stage, to], **said.changes}
    row.stage = to
    record(hand, Note(step=said.step, reason=said.reason, changes=changes), advanced(hand))


async def confirm_node(
    tx: Tx, task_id: str, said: Confirmation, act: Act, *, if_revision: int | None = None
) -> None:
    """Confirm that a project reached a node, as a supervisor whose own unit has no part in it.

    Raises:
        NotFound: There is no such project.
        Conflict: The node was confirmed, or its turn has not come.
        Forbidden: Somebody else asks.
        Invalid: The day, the evidence of a test or the output is missing or makes no sense.
    """
    hand = await take_in_hand(tx, task_id, act, if_revision)
    check_impartial(act.actor, signing_units(hand.held.units), word="确认项目节点")
    check_node(said, Stage(hand.listed.row.stage), hand.listed.reached, hand.today)
    await require_evidence(tx.session, task_id, said.evidence.values())
    row = ProjectNodeRow(
        task_id=task_id,
        node=said.node,
        reached_on=said.reached_on,
        evidence={name: value.strip() for name, value in said.evidence.items()},
        output=said.output,
        confirmed_at=act.at,
        confirmed_by=act.actor.id,
    )
    tx.session.add(row)
    hand.listed.nodes.append(row)
    changes = {"node": said.node, "reached_on": said.reached_on, "evidence": row.evidence}
    changes |= {} if said.output is None else {"output": said.output}
    record(hand, Note(step="project.node", changes=changes), advanced(hand))
