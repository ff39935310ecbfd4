"""The parts of the signing units in a task: made at the assignment, moved by their units, looked at by the lead."""

from services.tasks.acts import Act
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import MOVE_WORDS, Move, Party, State, signing_units
from services.tasks.ledger.domain_parties import ROLES
from services.tasks.ledger.domain_parts import FOLLOWS, PartState, part_after, part_of_whole
from services.tasks.ledger.history import add_revision
from services.tasks.ledger.reports import keep_report
from services.tasks.ledger.repository import Held
from services.tasks.ledger.terms import Terms
from services.tasks.models import PartRow, RevisionRow
from shared.database import Tx
from shared.errors import Conflict, Forbidden, Invalid
from shared.events.supervision import PartMoved

OWN = frozenset({Move.ACCEPT, Move.PROGRESS, Move.SUBMIT})
LOOKS = frozenset({Move.VERIFY, Move.RETURN})


def part_meant(held: Held, command: MoveCommand, act: Act) -> PartRow | None:
    """Find the part that a command is about; None when it is about the whole.

    Raises:
        Invalid: `part` names a unit without a part, or stands with a move that is not about parts.
    """
    if command.part is not None:
        if command.move not in LOOKS or command.part not in _others(held):
            message = f"part 的取值 {command.part} 无效：只有复核、退回可指明责任单位的承办部分"
            raise Invalid(message, code="part.unknown", field="part", units=_others(held))
        return held.parts[command.part]
    entered = act.actor.role in ROLES[Party.SUPERVISOR]
    unit = command.on_behalf_of if entered else act.actor.unit
    if command.move not in OWN or unit == held.task.answering_unit:
        return None
    return held.parts.get(unit or "")


def _others(held: Held) -> list[str]:
    """Name the units beside the one that answers for the whole, whose part is the whole itself."""
    return sorted(unit for unit in held.parts if unit != held.task.answering_unit)


def move_part(deed: Deed, held: Held, part: PartRow, command: MoveCommand) -> None:
    """Move a unit's part; the whole stays where it is.

    Raises:
        Conflict: The move is illegal for the part now.
        Forbidden: The actor may not make it.
        Invalid: The lead unit returns it without a reason.
    """
    act, task = deed.act, held.task
    _check_actor(held, part, command, act)
    lead_looks = deed.terms.chain_of(task).lead_looks_first
    part.state = part_after(
        PartState(part.state), command.move, task=State(task.state), lead_looks=lead_looks
    )
    _stamp(part, command.move, command.progress, act)
    doer = task.answering_unit if command.move in LOOKS else part.unit_id
    entry = RevisionRow(
        move=f"part.{command.move}",
        from_state=task.state,
        on_behalf_of=doer if act.actor.role in ROLES[Party.SUPERVISOR] else None,
        unit_id=part.unit_id,
        progress=command.progress,
        reason=command.reason.strip(),
        changes={**command.origin},
    )
    add_revision(deed, held, entry)
    keep_report(deed, held, command, part.unit_id if command.move in OWN else None)
    _tell(deed, held, part)


def _check_actor(held: Held, part: PartRow, command: MoveCommand, act: Act) -> None:
    """Let a unit's people move its part, the lead's head judge it, and a supervisor enter either."""
    actor, judging = act.actor, command.move in LOOKS
    if judging and not command.reason.strip() and command.move is Move.RETURN:
        raise Invalid("退回必须说明理由", code="task.reason_missing", field="reason")
    if judging and actor.unit == part.unit_id:
        message = f"本单位（{actor.unit}）的承办部分须由其他单位的人员{MOVE_WORDS[command.move]}"
        raise Forbidden(message, code="task.own_unit", field="move")
    if actor.role in ROLES[Party.SUPERVISOR]:
        return
    party = Party.UNIT if command.move in {Move.ACCEPT, Move.PROGRESS} else Party.UNIT_HEAD
    expected = held.task.answering_unit if judging else part.unit_id
    if actor.role not in ROLES[party] or actor.unit != expected:
        message = f"承办部分须由单位 {expected} 的人员{MOVE_WORDS[command.move]}"
        raise Forbidden(message, code="part.not_yours", field="move", unit=expected)
    if command.on_behalf_of not in {None, actor.unit}:
        message = f"单位只能以本单位名义办理，不能代 {command.on_behalf_of}"
        raise Forbidden(message, code="task.on_behalf_refused", field="on_behalf_of")


def _stamp(part: PartRow, move: Move, progress: int | None, act: Act) -> None:
    if move is Move.ACCEPT:
        part.signed_at = act.at
    elif move is Move.PROGRESS:
        part.reported_at = act.at
        part.progress = part.progress if progress is None else progress
    elif move is Move.SUBMIT:
        part.submitted_at = act.at
        part.progress = 100 if progress is None else progress
    elif move is Move.RETURN:
        part.submitted_at = None


def assign_parts(tx: Tx, held: Held) -> None:
    """Give every signing unit its part, to be signed for anew."""
    signing = signing_units(held.units)
    for unit_id in signing:
        part = held.parts.get(unit_id)
        if part is None:
            part = PartRow(task_id=held.task.id, unit_id=unit_id, progress=0)
            held.parts[unit_id] = part
            tx.session.add(part)
        part.state, part.signed_at, part.submitted_at = PartState.ASSIGNED, None, None


async def drop_parts(tx: Tx, held: Held) -> None:
    """Take their parts from units that sign for the task no more."""
    signing = signing_units(held.units)
    for unit_id in [one for one in held.parts if one not in signing]:
        await tx.session.delete(held.parts.pop(unit_id))


async def follow_units(tx: Tx, held: Held) -> None:
    """Bring the parts in line with other units on a task that goes on: new units sign, the others keep their place."""
    if held.task.state == State.REGISTERED:
        return
    await drop_parts(tx, held)
    for unit_id in [one for one in signing_units(held.units) if one not in held.parts]:
        part = PartRow(task_id=held.task.id, unit_id=unit_id, progress=0, state=PartState.ASSIGNED)
        held.parts[unit_id] = part
        tx.session.add(part)
    answering = held.parts.get(held.task.answering_unit or "")
    if answering is not None:
        answering.state = part_of_whole(State(held.task.state)) or answering.state


def follow_task(held: Held, move: Move, act: Act) -> None:
    """Bring the part of the answering unit to where the whole is."""
    part = held.parts.get(held.task.answering_unit or "")
    if part is None or move not in FOLLOWS:
        return
    part.state = part_of_whole(State(held.task.state)) or FOLLOWS[move]
    _stamp(part, move, held.task.progress, act)


def check_handed_in(held: Held, terms: Terms) -> None:
    """Pass when nothing stands open below a task that is to be handed in.

    Raises:
        Conflict: Subtasks are open, or the lead unit has not passed the parts of the others.
    """
    if held.open_children:
        message = f"事项 {held.task.id} 还有 {held.open_children} 项子任务未完成，完成后方可报审"
        raise Conflict(message, code="task.children_open", field="move", open=held.open_children)
    others = [part for unit, part in held.parts.items() if unit != held.task.answering_unit]
    waiting = sorted(part.unit_id for part in others if part.state != PartState.PASSED)
    if terms.chain_of(held.task).lead_looks_first and waiting:
        message = f"责任单位 {'、'.join(waiting)} 的承办部分尚未通过牵头初审，不能报审"
        raise Conflict(message, code="task.parts_open", field="move", units=waiting)


def _tell(deed: Deed, held: Held, part: PartRow) -> None:
    event = PartMoved(
        task_id=held.task.id,
        unit_id=part.unit_id,
        state=part.state,
        progress=part.progress,
        by=deed.act.actor.id,
    )
    deed.publish(event, held)
