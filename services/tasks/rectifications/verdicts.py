"""核实: what a rating is found to be. That it does not count takes two persons of the office, neither of its unit.

Invariant: who spoke for the unit, the first and the second person, and who decides an appeal are different people.
"""

from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.ledger import clocks
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import RECTIFY, Move
from services.tasks.ledger.domain_permits import is_supervisor, unit_acting
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.models import RectificationRow
from services.tasks.rectifications import repository
from services.tasks.rectifications.domain import (
    NOT_STANDING,
    Stage,
    StepName,
    check_other_person,
    check_verdict,
    require_words,
)
from services.tasks.rectifications.domain_rules import check_grade
from services.tasks.rectifications.repository import Case
from services.tasks.rectifications.steps import Taken, begin_step, check_office, keep_step, take, tell
from shared.database import Tx
from shared.errors import Conflict
from shared.events.rectifications import RectificationJudged


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a unit, or the office itself, finds a rating to be.

    Attributes:
        grade: The class of the limit; None keeps it.
        on_behalf_of: The unit for which a supervisor enters it. A supervisor who names none and finds that the rating
            does not count is the first of the two persons.
    """

    verdict: str
    reason: str
    grade: str | None = None
    on_behalf_of: str | None = None


async def propose(tx: Tx, task_id: str, said: Proposal, act: Act) -> RectificationRow:
    """Say what a rating is: founded and unreasonable hold at once, malicious and mistaken go to the office.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it, or the office has refused the same before.
        Forbidden: Somebody else than the unit's head or a supervisor asks.
        Invalid: The verdict or the class is unknown, or the reason is missing.
    """
    check_verdict(said.verdict)
    reason = require_words(said.reason, field="reason", what="核实情况")
    deed, case = await begin_step(tx, task_id, StepName.PROPOSE, act)
    invalid = said.verdict in NOT_STANDING
    own = invalid and is_supervisor(act.actor) and said.on_behalf_of is None
    if own:
        check_office(case, act, word="认定差评无效")
    unit = None if own else _speaking(case, said, act)
    if said.grade is not None:
        await _set_grade(deed, case, said.grade, unit=unit, reason=reason)
    if invalid:
        await _propose_invalid(deed, case, said, unit)
    else:
        to = Stage.RECTIFY if said.verdict == "founded" else Stage.REPLY
        details = {"verdict": said.verdict}
        taken = Taken(
            step=StepName.PROPOSE, to=to, move=Move.PROGRESS, unit=unit, reason=reason, details=details
        )
        await _judge(deed, case, said.verdict, taken)
    return case.row


def _speaking(case: Case, said: Proposal, act: Act) -> str:
    answering = case.held.task.answering_unit
    unit = unit_acting(act.actor, answering, said.on_behalf_of, word="提出核实意见")
    if said.verdict in NOT_STANDING and (case.row.refused or case.unit_appealed):
        message = "督查部门已不予认定，不能再次提出恶意或误评；可以申诉，或按属实整改"
        raise Conflict(message, code="rectification.refused_before", field="verdict")
    return unit


async def _propose_invalid(deed: Deed, case: Case, said: Proposal, unit: str | None) -> None:
    row, actor = case.row, deed.act.actor.id
    row.proposed, row.proposed_by = said.verdict, actor if unit else None
    row.first_judge, row.judges = (None, []) if unit else (actor, [actor])
    taken = Taken(
        step=StepName.PROPOSE,
        to=Stage.FIRST if unit else Stage.SECOND,
        move=Move.SUBMIT,
        unit=unit,
        reason=said.reason,
        details={"verdict": said.verdict},
    )
    await take(deed, case, taken)


async def classify(tx: Tx, task_id: str, grade: str, reason: str, act: Act) -> RectificationRow:
    """Set the class of a case 简单、一般、复杂, and so its limit since the dispatch, as an impartial supervisor.

    Raises:
        NotFound: There is no such case.
        Conflict: It is not the time for it.
        Forbidden: Somebody else asks.
        Invalid: There is no such class, or the reason is missing.
    """
    why = require_words(reason, field="reason", what="定类理由")
    deed, case = await begin_step(tx, task_id, StepName.CLASSIFY, act)
    check_office(case, act, word="确定整改类别")
    await _set_grade(deed, case, grade, unit=None, reason=why)
    return case.row


async def _set_grade(deed: Deed, case: Case, grade: str, *, unit: str | None, reason: str) -> None:
    check_grade(grade)
    row, stage = case.row, Stage(case.row.stage)
    if grade == row.grade:
        return
    rules = await repository.rules_of(deed.tx.session, row)
    details = {"grade": [row.grade, grade], "workdays": rules.workdays(grade)}
    row.grade = grade
    note(deed, case.held, Note(step="rectification.classify", unit=unit, reason=reason, changes=details))
    clocks.limit_anew(deed, case.held, RECTIFY, rules.workdays(grade))
    settle(deed, case.held)
    keep_step(
        deed,
        case,
        Taken(step=StepName.CLASSIFY, to=stage, unit=unit, reason=reason, details=details),
        stage,
    )


async def support(tx: Tx, task_id: str, reason: str, act: Act) -> RectificationRow:
    """Find, as the first person of the office, that a rating does not count, as its unit says.

    Raises:
        NotFound: There is no such case.
        Conflict: Nothing waits for it.
        Forbidden: Somebody of the unit, who spoke for it, or who is no supervisor asks.
        Invalid: The reason is missing.
    """
    return await _review(tx, task_id, StepName.SUPPORT, reason, act)


async def confirm(tx: Tx, task_id: str, reason: str, act: Act) -> RectificationRow:
    """Find the same as the second person; the rating counts no more.

    Raises:
        DubanError: As `support`; the first person is refused too.
    """
    return await _review(tx, task_id, StepName.CONFIRM, reason, act)


async def refuse(tx: Tx, task_id: str, reason: str, act: Act) -> RectificationRow:
    """Not follow the unit, as the first or second person; the rating counts, and the unit may appeal once.

    Raises:
        DubanError: As `support`.
    """
    return await _review(tx, task_id, StepName.REFUSE, reason, act)


async def _review(tx: Tx, task_id: str, step: StepName, reason: str, act: Act) -> RectificationRow:
    why = require_words(reason, field="reason", what="认定理由")
    deed, case = await begin_step(tx, task_id, step, act)
    check_office(case, act, word="认定差评是否有效")
    row = case.row
    check_other_person(act.actor.id, [row.proposed_by, *row.judges], word="认定")
    row.judges = [*row.judges, act.actor.id]
    details = {"verdict": row.proposed}
    if step is StepName.SUPPORT:
        row.first_judge = act.actor.id
        await take(deed, case, Taken(step=step, to=Stage.SECOND, reason=why, details=details))
    elif step is StepName.CONFIRM:
        await judge_invalid(deed, case, Taken(step=step, to=Stage.REPLY, reason=why, details=details))
    else:
        row.refused = not case.unit_appealed
        back = Taken(step=step, to=Stage.VERIFY, move=Move.PROGRESS, reason=why, details=details)
        await take(deed, case, back)
    return row


async def judge_invalid(deed: Deed, case: Case, taken: Taken) -> None:
    """Let what two persons found hold: the rating counts no more."""
    await _judge(deed, case, str(case.row.proposed), taken)


async def judge_founded(deed: Deed, case: Case, taken: Taken) -> None:
    """Let the rating count, as an appeal decided."""
    await _judge(deed, case, "founded", taken)


async def _judge(deed: Deed, case: Case, verdict: str, taken: Taken) -> None:
    row = case.row
    row.verdict, row.stands, row.refused = verdict, verdict not in NOT_STANDING, False
    row.proposed = None
    await take(deed, case, taken)
    tell(deed, case, RectificationJudged, verdict=verdict, stands=row.stands, by=tuple(row.judges))
