"""Decides when a letter leaves and which letters are one message: pure functions over rules and the calendar.

Invariants: a routine letter leaves in the hours of a working day, in the one routine parcel of its recipient and day;
a warning or reminder that this would bring after its due instant does not wait for it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.notify.domain_steps import Step
from services.notify.rules import ParcelRule
from shared.clock import SHANGHAI, at_local, end_of_day, local_date
from shared.workdays import ONE_DAY, WorkCalendar

ASKED = "asked"  # 进展报送, beside the rungs of a clock.
UNSERVED = "unserved"  # 订阅停用, which is about no task at all.
# The most pressing first.
ORDER = (
    Step.PLATE,
    Step.CIRCULAR,
    Step.TALK,
    "overdue",
    Step.URGE,
    Step.RETURNED,
    "due",
    Step.INSTRUCTED,
    Step.REASSIGNED,
    "warned",
    Step.EXTENSION,
    UNSERVED,
    ASKED,
)


class Haste(StrEnum):
    """Why a letter waits for the routine message of a day, or does not."""

    ROUTINE = "routine"
    LEVEL = "level"  # The task is urgent 紧急.
    HOURS = "hours"  # Its clock runs in hours: tomorrow is too late.
    LAST_CHANCE = "last_chance"  # The next routine message would come after the due instant.

    @property
    def is_urgent(self) -> bool:
        """Whether it leaves at once."""
        return self is not Haste.ROUTINE


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter is about, as far as its haste depends on it."""

    rung: str
    due_at: datetime
    level: str = "normal"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """When a letter leaves.

    Attributes:
        not_before: Business time before which it does not.
    """

    haste: Haste
    not_before: datetime


def dispatch(matter: Matter, now: datetime, rule: ParcelRule, calendar: WorkCalendar) -> Dispatch:
    """Say when a letter leaves that is written now."""
    if matter.level in rule.urgent.levels:
        return Dispatch(Haste.LEVEL, now)
    if rule.urgent.hour_clocks and runs_in_hours(matter.due_at):
        return Dispatch(Haste.HOURS, now)
    return _routine(matter, now, leaves_at(now, rule, calendar))


def put_off(matter: Matter, now: datetime, rule: ParcelRule, calendar: WorkCalendar) -> Dispatch:
    """Say when a routine letter leaves whose recipient had the message of today already."""
    return _routine(matter, now, next_morning(now, rule, calendar))


def _routine(matter: Matter, now: datetime, morning: datetime) -> Dispatch:
    if matter.rung in {"warned", "due"} and now <= matter.due_at < morning:
        return Dispatch(Haste.LAST_CHANCE, now)
    return Dispatch(Haste.ROUTINE, morning)


def runs_in_hours(due_at: datetime) -> bool:
    """Tell a limit in hours by its end: every other one ends with the last second of a day in Shanghai."""
    return due_at != end_of_day(local_date(due_at))


def leaves_at(now: datetime, rule: ParcelRule, calendar: WorkCalendar) -> datetime:
    """Give the first instant from `now` on that lies in the hours of a working day."""
    today, hour = local_date(now), now.astimezone(SHANGHAI).time()
    if not calendar.is_workday(today) or hour > rule.until:
        return next_morning(now, rule, calendar)
    return max(now, at_local(today, rule.at.hour, rule.at.minute))


def next_morning(now: datetime, rule: ParcelRule, calendar: WorkCalendar) -> datetime:
    """Give the hour of the next working day after today."""
    day = calendar.same_or_next(local_date(now) + ONE_DAY)
    return at_local(day, rule.at.hour, rule.at.minute)


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice in a parcel.

    Attributes:
        number: The task's number in its document, or that of a 办件, for places where no title may stand.
    """

    notice_id: str
    task_id: str
    rung: str
    due_at: datetime
    text: str
    number: str = ""


def most_pressing_first(letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """Put letters in the order in which people should see to them."""
    return tuple(sorted(letters, key=lambda one: (ORDER.index(one.rung), one.due_at, one.notice_id)))


def parcel_id(channel: str, recipient: str, notice_ids: Iterable[str]) -> str:
    """Give the id that follows from the content, so that a repeat after a crash carries the same one."""
    text = "\n".join((channel, recipient, *sorted(notice_ids)))
    return f"p-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
