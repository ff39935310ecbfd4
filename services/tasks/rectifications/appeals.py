"""申诉: the unit against a refusal, the rater's side against a rating that counts no more; decided by others."""

from dataclasses import dataclass
from typing import Any

from services.tasks.acts import Act
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.domain_permits import check_supervisor, unit_acting
from services.tasks.models import RectificationRow
from services.tasks.rectifications.domain import (
    SIDE_WORDS,
    Side,
    Stage,
    StepName,
    check_other_person,
    require_words,
)
from services.tasks.rectifications.reopening import Again, go_again
from services.tasks.rectifications.repository import Case
from services.tasks.rectifications.steps import Taken, begin_step, check_office, take, tell
from services.tasks.rectifications.verdicts import judge_founded, judge_invalid
from shared.database import Tx
from shared.errors import Conflict
from shared.events.rectifications import RectificationJudged


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An appeal; that of the rater's side is entered by a supervisor."""

    side: Side
    reason: str
    on_behalf_of: str | None = None


async def appeal(tx: Tx, task_id: str, said: Appeal, act: Act) -> RectificationRow:
    """Appeal against what was found.

    Raises:
        NotFound: There is no such case.
        Conflict: There is nothing to appeal against, or it is the other side's to do so.
        Forbidden: Somebody else asks.
        Invalid: The reason is missing.
    """
    why = require_words(said.reason, field="reason", what="申诉理由")
    deed, case = await begin_step(tx, task_id, StepName.APPEAL, act)
    row, due = case.row, case.standing.appealing()
    if said.side != due:
        message = f"现在只能由{SIDE_WORDS[str(due)]}一方申诉"
        raise Conflict(message, code="rectification.appeal_side", field="side", side=due)
    details = {"side": said.side}
    row.appeal_side, row.stage_before = said.side, row.stage
    if said.side == "rater":
        check_supervisor(act.actor, word="代评价人提出申诉")
        taken = Taken(step=StepName.APPEAL, to=Stage.APPEAL, reason=why, details=details)
    else:
        unit = unit_acting(act.actor, case.held.task.answering_unit, said.on_behalf_of, word="申诉")
        taken = Taken(
            step=StepName.APPEAL, to=Stage.APPEAL, move=Move.SUBMIT, unit=unit, reason=why, details=details
        )
    await take(deed, case, taken)
    return row


async def decide(tx: Tx, task_id: str, reason: str, act: Act, *, upheld: bool) -> RectificationRow:
    """Decide an appeal, as a supervisor who had no say before; what holds is told again.

    Raises:
        NotFound: There is no such case.
        Conflict: There is no appeal.
        Forbidden: Somebody of the unit, or who had a say before, or who is no supervisor asks.
        Invalid: The reason is missing.
    """
    why = require_words(reason, field="reason", what="申诉决定理由")
    deed, case = await begin_step(tx, task_id, StepName.DECIDE, act)
    check_office(case, act, word="决定申诉")
    row = case.row
    check_other_person(act.actor.id, [row.proposed_by, *row.judges], word="申诉决定")
    side, before = row.appeal_side, Stage(str(row.stage_before))
    row.appeal_side, row.stage_before = None, None
    details = {"side": side, "upheld": upheld}
    if side == "unit":
        await _for_unit(deed, case, why, details, upheld=upheld)
    elif upheld:
        await _for_rater(deed, case, why, details)
    else:
        await take(deed, case, Taken(step=StepName.DECIDE, to=before, reason=why, details=details))
        by = (*row.judges, act.actor.id)
        tell(deed, case, RectificationJudged, verdict=row.verdict, stands=row.stands, by=by)
    return row


async def _for_unit(deed: Deed, case: Case, why: str, details: dict[str, Any], *, upheld: bool) -> None:
    """Follow the unit: with the first person's finding that makes two; or let the rating count for good."""
    row, actor = case.row, deed.act.actor.id
    row.refused = False
    if not upheld:
        goes_on = Taken(
            step=StepName.DECIDE, to=Stage.RECTIFY, move=Move.PROGRESS, reason=why, details=details
        )
        await judge_founded(deed, case, goes_on)
        return
    row.judges = [*row.judges, actor]
    if row.first_judge is not None:
        await judge_invalid(
            deed, case, Taken(step=StepName.DECIDE, to=Stage.REPLY, reason=why, details=details)
        )
        return
    row.first_judge = actor
    await take(deed, case, Taken(step=StepName.DECIDE, to=Stage.SECOND, reason=why, details=details))


async def _for_rater(deed: Deed, case: Case, why: str, details: dict[str, Any]) -> None:
    """Let the rating count again; a case that was closed is opened for it."""
    row = case.row
    if case.held.task.state == State.CLOSED:
        row.verdict, row.stands = "founded", True
        await go_again(deed, case, Again(StepName.DECIDE, why, details))
        tell(deed, case, RectificationJudged, verdict="founded", stands=True)
        return
    goes_on = Taken(step=StepName.DECIDE, to=Stage.RECTIFY, move=Move.PROGRESS, reason=why, details=details)
    await judge_founded(deed, case, goes_on)
