"""Decides what is told to whom and when: pure functions over a clock, a rule and the working calendar.

Invariants: a notice is planned for the rule's hour of a working day, never at midnight, but for a limit in hours; a
warning or reminder never falls after the due instant; and the due instant itself is never moved here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, chain, count, islice, pairwise, repeat

from services.notify.domain_limits import WORKDAYS, Counted, passed_at, warning_day
from services.notify.rules import Audience, CountedRule, Rule
from shared.clock import at_local, local_date
from shared.events.deadlines import Rung
from shared.workdays import ONE_DAY, WorkCalendar

SUPERVISION_OFFICE = "supervision-office"  # The recipient id of 督查室.
Told = tuple[str, str, bool]  # A unit's id, its role, and whether it is a collective 各相关部门.


class Verdict(StrEnum):
    """Why a planned notice is sent, or is not."""

    SEND = "send"
    SEND_LATE = "send_late"
    SKIPPED_BEFORE_RECORDED = "skipped_before_recorded"
    HELD_NOT_DUE = "held_not_due"
    HELD_NOT_CAUGHT_UP = "held_not_caught_up"
    HELD_INHIBITED = "held_inhibited"  # Another task blocks it: that one's units are told instead.
    HELD_SILENCED = "held_silenced"  # 免打扰: nobody is told while a silence holds, nor afterwards.
    HELD_SNOOZED = "held_snoozed"  # 稍后提醒: told when the snooze ends, the latest rung only.
    HELD_ACKNOWLEDGED = "held_acknowledged"  # 知悉: the recipient has seen this rung's like.
    DONE_STOPPED = "done_stopped"
    ALREADY_DECIDED = "already_decided"

    @property
    def is_told(self) -> bool:
        """Whether somebody is told."""
        return self in {Verdict.SEND, Verdict.SEND_LATE}

    @property
    def is_final(self) -> bool:
        """Whether the verdict is recorded and the rung never looked at again."""
        return self.is_told or self in {Verdict.SKIPPED_BEFORE_RECORDED, *HELD_BACK}


# Recorded as not told, and for a reason that may go: then a later decision takes their place.
HELD_BACK = (
    Verdict.HELD_INHIBITED,
    Verdict.HELD_SILENCED,
    Verdict.HELD_SNOOZED,
    Verdict.HELD_ACKNOWLEDGED,
)


class Reading(StrEnum):
    """How far the `supervision` feed was read when the decision was made."""

    CAUGHT_UP = "caught_up"
    BEHIND = "behind"
    GIVEN_UP_WAITING = "given_up_waiting"


@dataclass(frozen=True, slots=True)
class RunningClock:
    """What the ledger said about one clock.

    Attributes:
        known_from: Business time from which the clock, and the rule for it, were known; rungs before are skipped.
        counted: How its limit is counted; None for a clock that runs to a date.
    """

    task_id: str
    clock: str
    due_at: datetime
    known_from: datetime
    stopped_at: datetime | None = None
    counted: Counted | None = None


@dataclass(frozen=True, slots=True)
class PlannedRung:
    """One rung of a clock.

    Attributes:
        offset_days: Natural days before the due day (negative), 0, or 工作日 after it (positive). A limit in 工作日 is
            warned of so many 工作日 before; one in hours counts its warnings down to -1.
        occurrence: Counts the overdue rungs from 1; always 1 for the others.
        planned_at: Business time at which the rule asks for it.
        unit: In what a warning says how much is left: `days`, `workdays` or `hours`.
    """

    rung: Rung
    offset_days: int
    occurrence: int
    planned_at: datetime
    tell: tuple[Audience, ...]
    unit: str = "days"


def notice_id(*key: str) -> str:
    """Give the id that follows from the parts of a notice's unique key."""
    text = "\n".join(key)
    return f"n-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class PlannedNotice:
    """One rung of a clock for one recipient."""

    clock: RunningClock
    rung: PlannedRung
    recipient: str

    @cached_property
    def id(self) -> str:
        """The id that follows from the unique key: task, clock, due instant, rung, offset, occurrence, recipient."""
        rung = self.rung
        key = (self.clock.task_id, self.clock.clock, self.clock.due_at.isoformat(), rung.rung)
        return notice_id(*key, str(rung.offset_days), str(rung.occurrence), self.recipient)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision depends on beside the notice itself.

    Attributes:
        now: Business time as of which is decided; `supervision` was read up to it if `reading` says so.
        already: Whether a notice with this key was decided before.
        late_after: Business time by which a decision may come after its plan without being called late.
        inhibited: Whether the recipient is spared, since another task blocks this one.
        silenced: Why the recipient is not to be told now: a silence, a snooze or an acknowledgement.
    """

    now: datetime
    reading: Reading
    already: bool
    late_after: timedelta
    inhibited: bool = False
    silenced: Verdict | None = None


def rungs(
    due_at: datetime,
    rule: Rule,
    calendar: WorkCalendar,
    *,
    after: int | None = None,
    counted: Counted | None = None,
) -> Iterator[PlannedRung]:
    """Give the rungs of a clock in order, without end; `after` leaves out those up to that offset."""
    before = (_before(due_at, rule, calendar), _reminder(due_at, rule, calendar))
    if counted and counted.in_hours and rule.hours:
        before = (_hours(due_at, counted, rule, calendar), _at_the_end(due_at, rule))
    elif counted and not counted.in_hours and rule.counted:
        before = (_nearly_over(due_at, counted, (rule.counted, rule.at), calendar), before[1])
    every = chain(*before, _overdue(due_at, rule, calendar))
    return filter(lambda rung: after is None or rung.offset_days > after, every)


def _before(due_at: datetime, rule: Rule, calendar: WorkCalendar) -> Iterator[PlannedRung]:
    """Give the warnings of a date; a day off gives way to the working day before it."""
    due_day = local_date(due_at)
    for step in rule.before:
        day = calendar.same_or_previous(due_day + timedelta(days=step.days))
        yield PlannedRung("warned", step.days, 1, at_local(day, rule.at.hour, rule.at.minute), step.tell)


def _reminder(due_at: datetime, rule: Rule, calendar: WorkCalendar) -> Iterator[PlannedRung]:
    """Give the reminder on the due day, or on the working day before it."""
    day = calendar.same_or_previous(local_date(due_at))
    if at_local(day, rule.at.hour, rule.at.minute) > due_at:
        day = calendar.same_or_previous(day - ONE_DAY)
    yield PlannedRung("due", 0, 1, at_local(day, rule.at.hour, rule.at.minute), rule.due.tell)


def _nearly_over(
    due_at: datetime, counted: Counted, warning: tuple[CountedRule, time], calendar: WorkCalendar
) -> Iterator[PlannedRung]:
    """Give the one warning of a limit in days, at its time of day."""
    rule, at = warning
    day, left = warning_day(local_date(due_at), counted, rule, calendar)
    unit = "workdays" if counted.span == WORKDAYS else "days"
    yield PlannedRung("warned", -left, 1, at_local(day, at.hour, at.minute), rule.tell, unit)


def _hours(due_at: datetime, counted: Counted, rule: Rule, calendar: WorkCalendar) -> Iterator[PlannedRung]:
    """Give the warnings of a limit in hours, by day and night."""
    for place, step in enumerate(rule.hours):
        planned_at = passed_at(due_at, counted, step.percent, rule.work, calendar)
        yield PlannedRung("warned", place - len(rule.hours), 1, planned_at, step.tell, "hours")


def _at_the_end(due_at: datetime, rule: Rule) -> Iterator[PlannedRung]:
    """Give the reminder of a limit in hours: when they are over."""
    yield PlannedRung("due", 0, 1, due_at, rule.due.tell)


def _overdue(due_at: datetime, rule: Rule, calendar: WorkCalendar) -> Iterator[PlannedRung]:
    """Give the repeats after the due instant, counted in 工作日, without end."""
    cadence = rule.overdue

    def go_on(reached: tuple[date, int], step: int) -> tuple[date, int]:
        return calendar.add_workdays(reached[0], step), reached[1] + step

    def overdue(occurrence: int, reached: tuple[date, int]) -> PlannedRung:
        day, passed = reached
        planned_at = at_local(day, rule.at.hour, rule.at.minute)
        return PlannedRung("overdue", passed, occurrence, planned_at, cadence.told_after(passed))

    firsts = (later - earlier for earlier, later in pairwise((0, *cadence.workdays)))
    steps = chain(firsts, repeat(cadence.then_every))
    reached = accumulate(steps, go_on, initial=(local_date(due_at), 0))
    return map(overdue, count(1), islice(reached, 1, None))


def how_far_read(
    caught_up_at: datetime | None, *, as_of: datetime, waited: timedelta, limit: timedelta
) -> Reading:
    """Say whether a decision as of `as_of` (business time) may be made; `waited` and `limit` are real time."""
    if caught_up_at is not None and caught_up_at >= as_of:
        return Reading.CAUGHT_UP
    return Reading.GIVEN_UP_WAITING if waited >= limit else Reading.BEHIND


def late_after(*, speed: float) -> timedelta:
    """Give the business time after which a decision is late: a minute, or three engine ticks of a fast drill.

    A tick is at most one real second; `speed` is business seconds per real second.
    """
    return max(timedelta(minutes=1), timedelta(seconds=3) * speed)


class Result(StrEnum):
    """What became of one attempt to send a notice."""

    SENT = "sent"
    REFUSED = "refused"  # The channel answered, and will never take it.
    FAILED = "failed"  # It was not taken this time.
    UNKNOWN = "unknown"  # A crash left no answer: the recipient may or may not have it.
    HELD = "held"  # It was not handed over, for a limit or for want of time: never recorded, it waits on.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a channel answered, with a detail for the record.

    Attributes:
        retry_after: Real time that the channel wants to be left alone.
    """

    result: Result
    detail: str = ""
    retry_after: timedelta | None = None

    @property
    def is_retryable(self) -> bool:
        """Whether the same notice may be handed over again."""
        return self.result in {Result.FAILED, Result.UNKNOWN}


MOST_ATTEMPTS = 5


def retry_after(outcome: Outcome, *, number: int) -> timedelta | None:
    """Give the real time to wait before the attempt after attempt `number`: 5 s, 25 s, 125 s, …; None for no more.

    A channel that wants to be left alone for longer is.
    """
    if not outcome.is_retryable or number >= MOST_ATTEMPTS:
        return None
    return max(timedelta(seconds=5**number), outcome.retry_after or timedelta(0))
