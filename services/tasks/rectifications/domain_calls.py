"""回访 and 办结: what follows from a call-back, and whether a case may be closed.

Rule: 实名差评回访率 100% (国办发〔2019〕51号); a rater who stays unsatisfied is seen to one level up 办理升级.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.tasks.rectifications.domain import UNSATISFIED
from shared.clock import local_date
from shared.errors import Conflict

# Call-backs that reached nobody, on different days, after which a case may be closed without one.
ATTEMPTS = 3
LEVELS = ("normal", "important", "urgent")  # 办理升级 goes up these.


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call-back of the present round."""

    at: datetime
    reached: bool
    level: int | None = None


class Closing(StrEnum):
    """Whether a case may be closed, and why."""

    NOT_OWED = "not_owed"
    REACHED = "reached"
    TRIED = "tried"
    OWED = "owed"


def may_close(attempts: Sequence[Attempt], *, owed: bool) -> Closing:
    """Say whether a case may be closed: reached, tried on three different days (Shanghai), or not owed."""
    if any(one.reached for one in attempts):
        return Closing.REACHED
    if not owed:
        return Closing.NOT_OWED
    days = {local_date(one.at) for one in attempts}
    return Closing.TRIED if len(days) >= ATTEMPTS else Closing.OWED


def check_closing(attempts: Sequence[Attempt], *, owed: bool) -> Closing:
    """Pass when a case may be closed.

    Raises:
        Conflict: A call-back is owed still.
    """
    found = may_close(attempts, owed=owed)
    if found is Closing.OWED:
        tried = len({local_date(one.at) for one in attempts})
        message = f"该差评须回访后办结：请回访，或在 {ATTEMPTS} 个不同日期各尝试一次（已尝试 {tried} 天）"
        raise Conflict(message, code="rectification.call_back_owed", field="step", tried=tried)
    return found


class Outcome(StrEnum):
    """What a call-back leads to."""

    NOT_REACHED = "not_reached"
    SATISFIED = "satisfied"
    NOT_COUNTED = "not_counted"
    ESCALATED = "escalated"
    AT_THE_TOP = "at_the_top"


def after_call_back(attempt: Attempt, *, stands: bool, level: str) -> Outcome:
    """Say what follows from a call-back: one that is still unsatisfied goes up 办理升级, as long as there is an up."""
    if not attempt.reached:
        return Outcome.NOT_REACHED
    if attempt.level is None or attempt.level > UNSATISFIED:
        return Outcome.SATISFIED
    if not stands:
        return Outcome.NOT_COUNTED
    return Outcome.AT_THE_TOP if level == LEVELS[-1] else Outcome.ESCALATED


def next_level(level: str) -> str:
    """Give the weight above, or the highest."""
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]
