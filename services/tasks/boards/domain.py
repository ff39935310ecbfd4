"""Where a task stands on a public list 晾晒榜: kept in time, kept late, open or overdue."""

from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What people see of a task on a list."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    OPEN = "open"
    OVERDUE = "overdue"


OUTCOME_WORDS = {
    Outcome.KEPT: "按期兑现",
    Outcome.KEPT_LATE: "逾期兑现",
    Outcome.OPEN: "进行中",
    Outcome.OVERDUE: "逾期未兑现",
}


def outcome_of(
    *, due_at: datetime | None, submitted_at: datetime | None, done_at: datetime | None, now: datetime
) -> Outcome:
    """Say where a task stands; what is handed in counts from then, so that a slow review is not held against it."""
    late = due_at is not None and (submitted_at or done_at or now) > due_at
    if done_at is not None:
        return Outcome.KEPT_LATE if late else Outcome.KEPT
    return Outcome.OVERDUE if late else Outcome.OPEN
