"""整改 and 回复: put right at once or with a 台账, within the limit of its class, and the rater gets an answer."""

from dataclasses import dataclass
from datetime import date

from services.tasks.acts import Act
from services.tasks.ledger.domain import RECTIFY, WITH_UNITS, Move, State
from services.tasks.ledger.domain_permits import unit_acting
from services.tasks.models import RectificationRow
from services.tasks.rectifications.domain import Stage, StepName, check_mode, require_words
from services.tasks.rectifications.repository import Case
from services.tasks.rectifications.steps import Taken, begin_step, take, tell
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.rectifications import RectificationRectified, RectificationReplied


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A 台账: what is to be done, which post answers for it, by which day."""

    measures: str
    owner: str
    due_on: date
    on_behalf_of: str | None = None


async def keep_ledger(tx: Tx, task_id: str, said: LedgerEntry, act: Act) -> RectificationRow:
    """Set up, or write anew, the 台账 of a case, as the head of its unit.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it.
        Forbidden: Somebody else asks.
        Invalid: Something is missing, or the day lies outside the limit.
    """
    measures = require_words(said.measures, field="measures", what="整改措施")
    owner = require_words(said.owner, field="owner", what="责任岗位")
    deed, case = await begin_step(tx, task_id, StepName.LEDGER, act)
    unit = unit_acting(act.actor, case.held.task.answering_unit, said.on_behalf_of, word="建立整改台账")
    _check_day(case, said.due_on, local_date(act.at))
    row = case.row
    row.measures, row.owner, row.ledger_due = measures, owner, said.due_on
    taken = Taken(
        step=StepName.LEDGER,
        to=Stage.RECTIFY,
        move=Move.PROGRESS,
        unit=unit,
        reason=measures,
        details={"owner": owner, "due_on": said.due_on.isoformat()},
    )
    await take(deed, case, taken)
    return row


def _check_day(case: Case, day: date, today: date) -> None:
    last = local_date(case.held.clocks[RECTIFY].due_at)
    if day < today or (today <= last < day):
        message = f"台账完成日 {day} 须在今天（{today}）与整改期限（{last}）之间；需要更多时间请先申请延期"
        raise Invalid(message, code="rectification.ledger_day", field="due_on", last=last.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What was done 立行立改 (`at_once`) or by the 台账 (`ledger`)."""

    mode: str
    done: str
    on_behalf_of: str | None = None


async def rectify(tx: Tx, task_id: str, said: Remedy, act: Act) -> RectificationRow:
    """Say that it is put right, as the head of its unit; late beyond the clock's due instant.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it, or the 台账 is missing.
        Forbidden: Somebody else asks.
        Invalid: The way is unknown, or what was done is missing.
    """
    check_mode(said.mode)
    done = require_words(said.done, field="done", what="整改情况")
    deed, case = await begin_step(tx, task_id, StepName.RECTIFY, act)
    row = case.row
    unit = unit_acting(act.actor, case.held.task.answering_unit, said.on_behalf_of, word="报告整改")
    _check_mode_fits(row, said.mode)
    row.mode, row.rectified_at = said.mode, act.at
    row.late = act.at > case.held.clocks[RECTIFY].due_at
    details = {"mode": said.mode, "late": row.late}
    taken = Taken(
        step=StepName.RECTIFY, to=Stage.REPLY, move=Move.PROGRESS, unit=unit, reason=done, details=details
    )
    await take(deed, case, taken)
    tell(deed, case, RectificationRectified, mode=said.mode, late=row.late)
    return row


def _check_mode_fits(row: RectificationRow, mode: str) -> None:
    if mode == "ledger" and not row.measures:
        message = "台账整改须先建立台账（措施、责任岗位、完成日）"
        raise Conflict(message, code="rectification.ledger_missing", field="mode")
    if mode == "at_once" and row.grade == "complex":
        message = "复杂类差评须建立台账限期整改，不能按立行立改办理"
        raise Conflict(message, code="rectification.ledger_needed", field="mode")


async def reply(
    tx: Tx, task_id: str, said: str, act: Act, *, on_behalf_of: str | None = None
) -> RectificationRow:
    """Say what the rater was answered, as the head of the unit; with it the unit is done, and its clock stops.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it.
        Forbidden: Somebody else asks.
        Invalid: The answer is empty.
    """
    answer = require_words(said, field="reply", what="回复内容")
    deed, case = await begin_step(tx, task_id, StepName.REPLY, act)
    row = case.row
    unit = unit_acting(act.actor, case.held.task.answering_unit, on_behalf_of, word="回复评价人")
    row.reply, row.replied_at = answer, act.at
    to = Stage.CALL_BACK if row.call_back else Stage.CLOSING
    move = Move.SUBMIT if State(case.held.task.state) in WITH_UNITS else None
    await take(deed, case, Taken(step=StepName.REPLY, to=to, move=move, unit=unit, reason=answer))
    tell(deed, case, RectificationReplied)
    return row
