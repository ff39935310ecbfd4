"""What may become of a measure 督办措施: proposed, taken or declined by a named leader, and for a plate lifted 摘牌.

Invariant: only 催办 is taken without a leader; any other that is taken has its paper's number 文号 and a record.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.tasks.ledger.domain import STATE_WORDS, State
from shared.errors import Conflict, Invalid


class MeasureKind(StrEnum):
    """What is done, from the mildest to the most severe."""

    URGE = "urge"
    TALK = "talk"
    CIRCULAR = "circular"
    PLATE = "plate"


class MeasureState(StrEnum):
    """Where a measure stands; a measure that was taken stays so unless it is a plate that is lifted."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    DECLINED = "declined"
    LIFTED = "lifted"


KIND_WORDS = {
    MeasureKind.URGE: "催办",
    MeasureKind.TALK: "约谈",
    MeasureKind.CIRCULAR: "书面通报",
    MeasureKind.PLATE: "挂牌督办",
}
MEASURE_WORDS = {
    MeasureState.PROPOSED: "待决定",
    MeasureState.TAKEN: "已采取",
    MeasureState.DECLINED: "不采取",
    MeasureState.LIFTED: "已摘牌",
}
SEVERITY = tuple(MeasureKind)
# 文号 as offices write it: 〔2026〕督字第015号, 泾河督〔2026〕15号.
PAPER_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,12}〔(?:19|20)\d\d〕(?:[\u4e00-\u9fff]{1,8}第)?\d{1,4}号")
# With these a task is verified and done: a plate may come off.
VERIFIED_END = frozenset({State.CLOSED, State.STANDING})
# With these nobody has to do anything, so that no measure against it makes sense.
OVER = VERIFIED_END | {State.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a leader decides about a proposal.

    Attributes:
        decided_by_name: Post or code of the leader; a leader who enters it may leave it out.
        paper_number: The number of the paper 文号.
        record: What was said and agreed, or where the paper lies.
        published: Whether people outside may know; internal otherwise.
        due_on: The own deadline of a plate.
        reason: Why a proposal is declined.
    """

    take: bool
    decided_by_name: str = ""
    paper_number: str = ""
    record: str = ""
    published: bool = False
    due_on: date | None = None
    reason: str = ""


def check_decision(kind: MeasureKind, state: MeasureState, decision: Decision, today: date) -> None:
    """Pass when `decision` can be made about a measure and says all that it needs.

    Raises:
        Conflict: It was decided before.
        Invalid: Something is missing or makes no sense.
    """
    if state is not MeasureState.PROPOSED:
        message = f"该{KIND_WORDS[kind]}建议已是“{MEASURE_WORDS[state]}”，不能再决定"
        raise Conflict(message, code="measure.decided", field="id", state=state)
    if not decision.take:
        _check_declined(decision)
        return
    check_paper_number(decision.paper_number)
    if not decision.record.strip():
        message = f"{KIND_WORDS[kind]}必须有记录（record）"
        raise Invalid(message, code="measure.record_missing", field="record")
    _check_due(kind, decision.due_on, today)


def _check_declined(decision: Decision) -> None:
    if not decision.reason.strip():
        message = "不采取措施必须说明理由（reason）"
        raise Invalid(message, code="measure.reason_missing", field="reason")
    if decision.paper_number or decision.published or decision.due_on:
        message = "不采取措施时不能填写 paper_number、published、due_on"
        raise Invalid(message, code="measure.decline_senseless", field="paper_number")


def check_paper_number(number: str) -> None:
    """Pass for a paper's number 文号 in one of the shapes that offices use.

    Raises:
        Invalid: It has another shape.
    """
    if not PAPER_NUMBER.fullmatch(number):
        message = f"文号“{number}”格式不对，请写成〔2026〕督字第015号"
        raise Invalid(message, code="measure.paper_number", field="paper_number")


def _check_due(kind: MeasureKind, due_on: date | None, today: date) -> None:
    if (due_on is None) is (kind is MeasureKind.PLATE):
        message = "挂牌督办须另定办结时限（due_on），其他措施不填"
        raise Invalid(message, code="measure.due_on", field="due_on")
    if due_on is not None and due_on < today:
        message = f"挂牌时限 {due_on} 早于今天 {today}，请改为今后的日期"
        raise Invalid(message, code="measure.due_past", field="due_on")


def check_takeable(kind: MeasureKind, state: State, standing: Collection[MeasureKind]) -> None:
    """Pass when a measure of this kind may be proposed for, or taken about, a task now.

    Args:
        kind: The measure.
        state: Where the task stands.
        standing: Measures about it that wait for a decision, and a plate that hangs.

    Raises:
        Conflict: The task is over or nobody has it yet, or the same measure waits or hangs already.
    """
    if state in OVER or state is State.REGISTERED:
        message = f"事项处于“{STATE_WORDS[state]}”，不能采取{KIND_WORDS[kind]}"
        raise Conflict(message, code="measure.task_over", field="task_id", state=state)
    if kind in standing:
        message = f"该事项已有待决定或在挂的{KIND_WORDS[kind]}，请先处理"
        raise Conflict(message, code="measure.standing", field="kind")


def lifts_by_rule(kind: MeasureKind, measure: MeasureState, state: State) -> bool:
    """Tell whether a plate may come off 摘牌 without a leader: the task is verified and closed.

    Raises:
        Conflict: It is no plate, or none that hangs.
    """
    if kind is not MeasureKind.PLATE or measure is not MeasureState.TAKEN:
        message = "只有在挂的挂牌督办可以摘牌"
        raise Conflict(message, code="measure.no_plate", field="id", kind=kind, state=measure)
    return state in VERIFIED_END
