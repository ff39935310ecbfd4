"""Decides who is left in peace: pure functions over silences and answers.

Invariants: a silence has an end, an author and a reason; nobody can silence what the supervision office is told; an
acknowledgement holds back repeats of what is overdue, never the first word about anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, get_args

from services.notify.domain import SUPERVISION_OFFICE, Verdict
from services.notify.domain_recipients import unit_of
from shared.clock import end_of_day, local_date
from shared.errors import Conflict, Invalid
from shared.events.deadlines import Rung
from shared.workdays import WorkCalendar

ACKNOWLEDGED_FOR = 5  # 工作日 for which repeats of what was acknowledged are held back.
LONGEST_SNOOZE = 10  # 工作日.
LONGEST_SILENCE = timedelta(days=92)
OF_CLOCKS = frozenset(get_args(Rung))  # What is told of a clock, rung after rung.
Key = tuple[str, str, str]  # Task, clock, recipient.


class Scope(StrEnum):
    """What a silence covers."""

    ALL = "all"
    KIND = "kind"
    PLAN = "plan"
    TASK = "task"
    UNIT = "unit"  # All mailboxes of the unit.


class Answer(StrEnum):
    """What a recipient answered to a notice."""

    ACKNOWLEDGED = "acknowledged"  # 知悉
    SNOOZED = "snoozed"  # 稍后提醒


@dataclass(frozen=True, slots=True)
class Silence:
    """What a silence covers, when (business time), and why."""

    scope: Scope
    value: str
    from_at: datetime
    until_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a recipient answered about a clock that is due at `due_at`, and until when that holds (business time)."""

    kind: Answer
    due_at: datetime
    until_at: datetime
    reason: str = ""


class Hush(NamedTuple):
    """Why somebody is not told: as what it is recorded, and in the words of whoever wanted it."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about, as far as its quiet depends on it."""

    task_id: str
    clock: str
    recipient: str
    due_at: datetime
    rung: str
    occurrence: int = 1
    kind: str = ""
    plan_id: str | None = None

    @property
    def unit(self) -> str:
        """The unit whose mailbox the recipient is."""
        return unit_of(self.recipient)


@dataclass(frozen=True, slots=True)
class Quiet:
    """All silences that hold, and all answers about the tasks at hand."""

    silences: Sequence[Silence] = ()
    replies: Mapping[Key, Reply] = field(default_factory=dict)

    def why(self, subject: Subject, now: datetime) -> Hush | None:
        """Say why a recipient is not told now; None when it is."""
        if subject.recipient != SUPERVISION_OFFICE:
            for silence in self.silences:
                if _covers(silence, subject, now):
                    return Hush(Verdict.HELD_SILENCED, silence.reason)
        reply = self._reply(subject)
        if reply is None or now >= reply.until_at:
            return None
        if reply.kind is Answer.SNOOZED:
            return Hush(Verdict.HELD_SNOOZED, reply.reason)
        repeats = subject.rung == "overdue" and subject.occurrence > 1
        return Hush(Verdict.HELD_ACKNOWLEDGED, reply.reason) if repeats else None

    def snoozed_until(self, subject: Subject) -> datetime | None:
        """Give the end of the snooze that holds a notice back."""
        reply = self._reply(subject)
        return reply.until_at if reply and reply.kind is Answer.SNOOZED else None

    def _reply(self, subject: Subject) -> Reply | None:
        reply = self.replies.get((subject.task_id, subject.clock, subject.recipient))
        return reply if reply is not None and reply.due_at == subject.due_at else None


NO_QUIET = Quiet()


def _covers(silence: Silence, subject: Subject, now: datetime) -> bool:
    meant = {
        Scope.ALL: "",
        Scope.KIND: subject.kind,
        Scope.PLAN: subject.plan_id,
        Scope.TASK: subject.task_id,
        Scope.UNIT: subject.unit,
    }[silence.scope]
    return meant == silence.value and silence.from_at <= now < silence.until_at


def check_silence(silence: Silence, *, now: datetime) -> None:
    """Pass for a silence that may be made.

    Raises:
        Invalid: What it covers, its times or its reason make no sense.
    """
    if (silence.scope is Scope.ALL) != (not silence.value):
        message = (
            f"静默范围 {silence.scope} 与对象 {silence.value or '（空）'} 不符：除 all 外都须指明对象编号"
        )
        raise Invalid(message, code="silence.value", field="value")
    if not now < silence.until_at or not silence.from_at < silence.until_at:
        message = f"静默截止 {silence.until_at.isoformat()} 须晚于现在和开始时间"
        raise Invalid(message, code="silence.until", field="until")
    if silence.until_at - silence.from_at > LONGEST_SILENCE:
        message = f"静默最长 {LONGEST_SILENCE.days} 天，请提前截止时间，到期可再设"
        raise Invalid(message, code="silence.too_long", field="until")
    _check_reason(silence.reason)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("请填写原因（reason）", code="quiet.reason_missing", field="reason")


def acknowledged_until(now: datetime, calendar: WorkCalendar) -> datetime:
    """Give the end of the working day until which repeats are held back."""
    return end_of_day(calendar.add_workdays(local_date(now), ACKNOWLEDGED_FOR))


def check_snooze(until: datetime, *, reason: str, now: datetime, calendar: WorkCalendar) -> None:
    """Pass for a snooze that may be made.

    Raises:
        Invalid: It ends before now or too late, or has no reason.
    """
    latest = end_of_day(calendar.add_workdays(local_date(now), LONGEST_SNOOZE))
    if not now < until <= latest:
        message = f"稍后提醒的时间 {until.isoformat()} 须在现在之后、{LONGEST_SNOOZE} 个工作日之内"
        raise Invalid(message, code="snooze.until", field="until")
    _check_reason(reason)


def check_repeats(rung: str, notice_id: str) -> None:
    """Pass for a notice of a clock, which comes again; what is said once can't be put off.

    Raises:
        Conflict: It is said once.
    """
    if rung not in OF_CLOCKS:
        message = f"提醒 {notice_id} 只发送一次，不能设置稍后提醒；已阅请回复“知悉”"
        raise Conflict(message, code="notice.said_once")


def check_told(verdict: str, notice_id: str) -> None:
    """Pass for a notice that somebody was told.

    Raises:
        Conflict: It was skipped or held back.
    """
    if not Verdict(verdict).is_told:
        raise Conflict(f"提醒 {notice_id} 未曾发出，无须回复", code="notice.not_told")
