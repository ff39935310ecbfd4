"""Extensions 延期: when a unit may ask for more time, and what the supervision office may answer.

Invariant: a clock is extended by an answer alone; the day before any extension is kept beside it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.clock import local_date
from shared.errors import Conflict, Invalid


class ExtensionState(StrEnum):
    """Where a request for more time stands; it falls void when its task ends, or goes to other units."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"


EXTENSION_WORDS = {
    ExtensionState.PENDING: "待批复",
    ExtensionState.GRANTED: "同意",
    ExtensionState.REFUSED: "不同意",
    ExtensionState.WITHDRAWN: "撤回",
    ExtensionState.VOID: "失效",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a unit asks for.

    Attributes:
        due_at: The due instant of the clock; None where no such clock runs.
        pending: Whether an earlier request of the task waits for an answer.
    """

    clock: str
    due_at: datetime | None
    wanted_on: date
    reason: str
    pending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the supervision office answers; without `granted_on` it grants the day that was asked for."""

    grant: bool
    granted_on: date | None = None
    opinion: str = ""


def check_request(asked: Asked, now: datetime) -> datetime:
    """Check a request for more time; give the due instant that it is about.

    Raises:
        Conflict: The clock does not run or is due already, or another request waits for an answer.
        Invalid: The reason is missing, or the day is no later one.
    """
    if asked.due_at is None:
        message = f"该事项的时限 {asked.clock} 没有在计时，不能申请延期"
        raise Conflict(message, code="extension.no_clock", field="clock")
    if now >= asked.due_at:
        message = f"时限 {local_date(asked.due_at)} 已到，延期须在到期之前申请"
        raise Conflict(message, code="extension.too_late", field="clock")
    if asked.pending:
        message = "已有一份延期申请待批复，请等待批复或先撤回"
        raise Conflict(message, code="extension.pending", field="clock")
    if not asked.reason.strip():
        raise Invalid("申请延期必须说明理由", code="extension.reason_missing", field="reason")
    _check_later(asked.wanted_on, asked.due_at, field="wanted_on")
    return asked.due_at


def check_pending(state: str) -> None:
    """Pass while a request waits for an answer.

    Raises:
        Conflict: It does not any more.
    """
    if state != ExtensionState.PENDING:
        word = EXTENSION_WORDS[ExtensionState(state)]
        message = f"该延期申请已是“{word}”，不能再办理"
        raise Conflict(message, code="extension.decided", field="number", state=state)


def granted_day(answer: Answer, wanted_on: date, due_at: datetime) -> date | None:
    """Give the day that an answer grants, None when it refuses.

    Raises:
        Invalid: The day is no later one, or a refusal names a day or gives no opinion.
    """
    if answer.grant:
        day = answer.granted_on or wanted_on
        _check_later(day, due_at, field="granted_on")
        return day
    if answer.granted_on is not None:
        raise Invalid("不同意延期时不能填写 granted_on", code="extension.day_senseless", field="granted_on")
    if not answer.opinion.strip():
        raise Invalid("不同意延期必须说明意见", code="extension.opinion_missing", field="opinion")
    return None


def check_times(granted: int, most: int) -> None:
    """Pass while a clock may still be extended once more.

    Raises:
        Conflict: So many extensions were granted already.
    """
    if granted >= most:
        message = f"该时限最多延期 {most} 次，已延期 {granted} 次，不能再申请"
        raise Conflict(message, code="extension.too_often", field="clock", granted=granted)


def check_latest(day: date, latest: date, workdays: int, *, field: str) -> None:
    """Pass for a day within what extensions may add in all.

    Raises:
        Invalid: It is a later one.
    """
    if day > latest:
        message = f"延期累计不得超过 {workdays} 个工作日（最晚 {latest}），{day} 超出，请改为不晚于该日"
        raise Invalid(message, code="extension.too_long", field=field, latest=latest.isoformat())


def slip_days(original_due_at: datetime, due_at: datetime) -> int:
    """Give by how many calendar days a due day lies after the one before any extension."""
    return (local_date(due_at) - local_date(original_due_at)).days


def _check_later(day: date, due_at: datetime, *, field: str) -> None:
    due = local_date(due_at)
    if day <= due:
        message = f"延期后的日期 {day} 必须晚于现时限 {due}"
        raise Invalid(message, code="extension.not_later", field=field)
