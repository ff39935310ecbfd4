"""回访 and 办结: somebody not of the rated unit asks the rater again, and closes the case or sends it up."""

from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.ledger.domain import Move, State
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import CallBackRow, RectificationRow
from services.tasks.rectifications.domain import UNSATISFIED, Stage, StepName, require_words
from services.tasks.rectifications.domain_calls import Attempt, Outcome, after_call_back, check_closing
from services.tasks.rectifications.reopening import Again, go_again
from services.tasks.rectifications.repository import Case
from services.tasks.rectifications.steps import Taken, begin_step, check_office, take, tell
from shared.database import Tx
from shared.errors import Invalid
from shared.events.rectifications import RectificationCalledBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An attempt; `level` is the new rating 5 非常满意 … 1 非常不满意, where one was given."""

    reached: bool
    level: int | None = None
    note: str = ""


async def call_back(tx: Tx, task_id: str, said: Call, act: Act) -> RectificationRow:
    """Keep an attempt of a 回访, as a supervisor of no unit that has a part; the unsatisfied go one level up.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it.
        Forbidden: Somebody else asks.
        Invalid: A level is given by somebody who was not reached, or is none.
    """
    _check_level(said)
    deed, case = await begin_step(tx, task_id, StepName.CALL_BACK, act)
    check_office(case, act, word="回访")
    row, number = case.row, len(case.call_backs) + 1
    attempt = CallBackRow(task_id=task_id, number=number, round=row.round, at=act.at, by=act.actor.id)
    attempt.reached, attempt.level, attempt.note = said.reached, said.level, said.note.strip()
    tx.session.add(attempt)
    case.call_backs.append(attempt)
    outcome = after_call_back(
        Attempt(act.at, said.reached, said.level), stands=row.stands, level=case.held.task.level
    )
    details = {"attempt": number, "reached": said.reached, "level": said.level, "outcome": outcome}
    if outcome is Outcome.ESCALATED:
        reason = said.note.strip() or "回访仍不满意，办理升级"
        await go_again(deed, case, Again(StepName.CALL_BACK, reason, details, up=True))
    else:
        to = Stage(row.stage) if outcome is Outcome.NOT_REACHED else Stage.CLOSING
        await take(deed, case, Taken(step=StepName.CALL_BACK, to=to, reason=said.note, details=details))
    tell(deed, case, RectificationCalledBack, attempt=number, reached=said.reached, level=said.level)
    return row


def _check_level(said: Call) -> None:
    if said.level is not None and not (said.reached and 1 <= said.level <= 5):
        message = f"评价等级 {said.level} 无效：接通后方可填写，取值 1（非常不满意）至 5（非常满意）"
        raise Invalid(message, code="rectification.level_invalid", field="level")


async def close(tx: Tx, task_id: str, reason: str, act: Act) -> RectificationRow:
    """Close a case 办结, as a supervisor of no unit that has a part.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it, or a call-back is owed.
        Forbidden: Somebody else asks.
        Invalid: The rater is unsatisfied still, and the reason is missing.
    """
    deed, case = await begin_step(tx, task_id, StepName.CLOSE, act)
    check_office(case, act, word="办结")
    row = case.row
    why = check_closing(case.attempts, owed=row.call_back)
    if row.stands and _unsatisfied(case):
        require_words(reason, field="reason", what="评价人仍不满意而办结的理由")
    row.closed_at = act.at
    details = {"call_back": why}
    taken = Taken(step=StepName.CLOSE, to=Stage.CLOSED, move=Move.CLOSE, reason=reason, details=details)
    await take(deed, case, taken)
    return row


def _unsatisfied(case: Case) -> bool:
    said = [one.level for one in case.attempts if one.level is not None]
    return bool(said) and said[-1] <= UNSATISFIED


async def reopen(tx: Tx, task_id: str, reason: str, act: Act) -> RectificationRow:
    """Open a case again that was closed or cancelled, as a supervisor.

    Raises:
        NotFound: There is no such case.
        Conflict: It is open.
        Forbidden: Somebody else asks.
        Invalid: The reason is missing.
    """
    check_supervisor(act.actor, word="重开差评整改")
    why = require_words(reason, field="reason", what="重开理由")
    deed, case = await begin_step(tx, task_id, StepName.REOPEN, act)
    was = State(case.held.task.state)
    await go_again(deed, case, Again(StepName.REOPEN, why, {"was": was}))
    return case.row
