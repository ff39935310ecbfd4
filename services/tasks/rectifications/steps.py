"""How a step is made: the case's stage, its task's move or note, and the row of the step, in one transaction.

Invariant: stage and state change in `take` alone, and agree after it (`domain.STATES`).
"""

from dataclasses import dataclass, field
from typing import Any

from services.tasks.acts import Act
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.domain_permits import check_supervisor, is_supervisor
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.service import make_move
from services.tasks.models import RectificationStepRow
from services.tasks.rectifications import repository
from services.tasks.rectifications.domain import Stage, StepName, check_outsider, check_step, fits
from services.tasks.rectifications.repository import Case
from shared.database import Tx
from shared.events.rectifications import RectificationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that is made.

    Attributes:
        to: Where the case stands after it.
        move: What it does to the task; None where the task's state stays.
        unit: The unit that acts; None for the office.
        details: Codes and numbers of the step; texts stand in `reason`, or here, and never in an event.
    """

    step: StepName
    to: Stage
    move: Move | None = None
    unit: str | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


async def begin_step(tx: Tx, task_id: str, step: StepName, act: Act) -> tuple[Deed, Case]:
    """Load a case for a step that may be made now.

    Raises:
        NotFound: There is no such case.
        Conflict: The step is illegal now; the message names the legal ones.
    """
    case = await repository.hold_case(tx.session, task_id)
    check_step(step, case.standing)
    return await begin(tx, act), case


def check_office(case: Case, act: Act, *, word: str) -> None:
    """Pass for a supervisor whose unit has no part in the case.

    Raises:
        Forbidden: Somebody else asks.
    """
    check_supervisor(act.actor, word=word)
    check_outsider(act.actor.unit, case.units, word=word)


async def take(deed: Deed, case: Case, said: Taken) -> None:
    """Make a step.

    Raises:
        DubanError: The task can't move so; the message says why.
        RuntimeError: Stage and state would disagree, which is a fault of the program: nothing of it is kept.
    """
    before, case.row.stage = Stage(case.row.stage), said.to
    if said.move is None:
        changes = {"stage": [before, said.to], **said.details}
        step = f"rectification.{said.step}"
        note(deed, case.held, Note(step=step, unit=said.unit, reason=said.reason, changes=changes))
        settle(deed, case.held)
    else:
        await make_move(deed, case.held, _command(deed, case, said, said.move))
    if not fits(said.to, State(case.held.task.state)):
        raise RuntimeError(f"{case.row.task_id}: {said.step} led to {said.to} and {case.held.task.state}")
    keep_step(deed, case, said, before)


def _command(deed: Deed, case: Case, said: Taken, move: Move) -> MoveCommand:
    entered = said.unit is not None and is_supervisor(deed.act.actor)
    return MoveCommand(
        task_id=case.row.task_id,
        move=move,
        reason=said.reason,
        step=said.step,
        by_office=said.unit is None,
        on_behalf_of=said.unit if entered else None,
        report=Report(note=said.reason) if said.unit else Report(),
    )


def keep_step(deed: Deed, case: Case, said: Taken, before: Stage) -> None:
    """Write a step down: who, for whom, when and why."""
    act = deed.act
    row = RectificationStepRow(
        task_id=case.row.task_id,
        number=len(case.steps) + 1,
        step=said.step,
        round=case.row.round,
        from_stage=before,
        to_stage=said.to,
        at=act.at,
        entered_at=act.entered_at,
        by=act.actor.id,
        unit_id=said.unit,
        reason=said.reason.strip(),
        details=said.details,
    )
    case.steps.append(row)
    deed.tx.session.add(row)


def tell(deed: Deed, case: Case, model: type[RectificationEvent], **said: object) -> None:
    """Publish what came of a case, for each of its ratings."""
    for rating in case.ratings:
        event = model.model_validate({"task_id": case.row.task_id, "rating_id": rating.rating_id} | said)
        deed.publish(event, case.held)
