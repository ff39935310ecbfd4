"""Moves of tasks and what follows from them: parts, history, clocks, lights and events, in one transaction.

Invariant: whatever changes a task adds one row to its history and publishes with that row's revision number.
"""

from dataclasses import dataclass, field, replace

from services.tasks.acts import Act
from services.tasks.attachments.evidence import require_evidence
from services.tasks.ledger import (
    blocks,
    clocks,
    effects,
    extensions,
    lights,
    parts,
    repository,
    repository_links,
)
from services.tasks.ledger.announcing import announce, announce_move
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import (
    FINISH,
    Move,
    Party,
    State,
    Step,
    check_reason,
    find_step,
    landing,
    signing_units,
)
from services.tasks.ledger.domain_chain import reviews_of
from services.tasks.ledger.domain_parties import ROLES, Standing, acting_for
from services.tasks.ledger.history import add_revision, check_revision, complete
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.reports import keep_report
from services.tasks.ledger.repository import Held
from services.tasks.ledger.terms import Terms
from services.tasks.models import RevisionRow, TaskRow
from shared.clock import end_of_day
from shared.database import Tx
from shared.errors import Permanent


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """A linked task on which a move could not be made too, and why."""

    task_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: to its task, and to the others of its link."""

    task: TaskRow
    followed: list[str] = field(default_factory=list)
    not_followed: list[NotFollowed] = field(default_factory=list)


async def move_task(tx: Tx, command: MoveCommand, act: Act) -> TaskRow:
    """Make one move.

    Raises:
        NotFound: There is no such task.
        Conflict: The move is illegal now, or the task has changed since `if_revision`.
        Forbidden: The actor may not make it.
        Invalid: A reason is missing, or `on_behalf_of` makes no sense.
    """
    return (await move_linked(tx, command, act)).task


async def move_linked(tx: Tx, command: MoveCommand, act: Act) -> Moved:
    """Make one move, and where its unit signs for or reports on a linked task, the same on the others of the link.

    Raises:
        DubanError: As `move_task`; what the others of the link refuse is told in the answer.
    """
    await require_evidence(tx.session, command.task_id, command.report.evidence)
    own = command.move in parts.OWN
    link = await repository_links.link_of(tx.session, command.task_id) if own else None
    if link is None:
        held = await repository.hold(tx.session, command.task_id)
        return Moved(await make_move(await begin(tx, act), held, command))
    linked, deed = await repository.hold_all(tx.session, link.tasks), await begin(tx, act)
    first, command = linked.pop(command.task_id), replace(command, link=link.id)
    moved = Moved(await make_move(deed, first, command))
    entered = act.actor.role in ROLES[Party.SUPERVISOR]
    unit = (command.on_behalf_of or first.task.answering_unit) if entered else None
    same = replace(command, follows=command.task_id, if_revision=None, on_behalf_of=unit)
    for task_id, held in linked.items():
        if refused := await follow(deed, held, replace(same, task_id=task_id)):
            moved.not_followed.append(refused)
        else:
            moved.followed.append(task_id)
    return moved


async def follow(deed: Deed, held: Held, command: MoveCommand) -> NotFollowed | None:
    """Make a move that was made on a linked task; a refusal, given back, comes before anything of it has changed."""
    try:
        await make_move(deed, held, command)
    except Permanent as refusal:
        return NotFollowed(command.task_id, refusal.code, refusal.message)
    return None


async def make_move(deed: Deed, held: Held, command: MoveCommand) -> TaskRow:
    """Make one move on a task that is at hand; see `move_task`."""
    check_revision(held.task, command.if_revision)
    before = State(held.task.state)
    if part := parts.part_meant(held, command, deed.act):
        parts.move_part(deed, held, part, command)
    else:
        await _move_whole(deed, held, command)
    complete(held)
    await blocks.follow_state(deed, held, before)
    return held.task


async def _move_whole(deed: Deed, held: Held, command: MoveCommand) -> None:
    task, before = held.task, State(held.task.state)
    kind = kind_of(task.kind)
    rows = kind.own_rows(by_office=command.by_office) if command.step else kind.lifecycle
    step = find_step(before, command.move, rows)
    unit = acting_for(step, deed.act.actor, _standing(held, deed.terms), command.on_behalf_of)
    check_reason(step, command.reason)
    reviews = reviews_of(deed.terms.chain_of(task), signing_units(held.units))
    last = task.reviews_passed + 1 >= len(reviews)
    await effects.apply(deed, held, command)
    resumed = State(task.suspended_from) if task.suspended_from else None
    task.state = landing(step, before, before=resumed, last_review=last)
    effects.end(held, deed.act)
    parts.follow_task(held, step.move, deed.act)
    falling = await extensions.find_falling(deed.tx, held, step.move)
    entry = _entry(step, before, command, deed.act, unit)
    entry.changes = command.origin | ({"extension_void": falling.number} if falling else {})
    add_revision(deed, held, entry)
    keep_report(deed, held, command, unit)
    if step.move in effects.RESAYS:
        announce(deed, held)
    review = reviews[min(task.reviews_passed, len(reviews)) - 1] if step.move is Move.VERIFY else None
    announce_move(deed, held, step, unit=unit, review=None if last else review)
    extensions.let_fall(deed, held, falling)
    _follow_dates(deed, held, command)


def _follow_dates(deed: Deed, held: Held, command: MoveCommand) -> None:
    """Bring clocks, due instant and light in line with the state and the date that a move brought."""
    if command.deadline is not None:
        clocks.move_due(deed, held, FINISH, end_of_day(command.deadline))
    clocks.follow_state(deed, held, command.move)
    held.task.due_at = clocks.due_in_force(held)
    lights.relight(deed.tx, held, deed.terms, at=deed.act.at)


def _standing(held: Held, terms: Terms) -> Standing:
    signing, chain = signing_units(held.units), terms.chain_of(held.task)
    reviews = reviews_of(chain, signing)
    place = min(held.task.reviews_passed, len(reviews) - 1)
    return Standing(
        signing=signing,
        answering=held.task.answering_unit,
        reviewer=reviews[place],
        authority=chain.authority,
    )


def _entry(step: Step, before: State, command: MoveCommand, act: Act, unit: str | None) -> RevisionRow:
    entered = act.actor.role in ROLES[Party.SUPERVISOR]
    return RevisionRow(
        move=step.move,
        from_state=before,
        on_behalf_of=unit if entered else None,
        unit_id=unit,
        progress=command.progress,
        reason=command.reason.strip(),
        changes={},
    )
