"""Decisions of deliveries: what an answer means, when the next attempt is, and when a receiver is left alone; pure.

Invariant: only 2xx makes a delivery delivered (Standard Webhooks 1.0.0); a receiver that does not answer costs nobody
else anything, and is switched off after days, never silently.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.gateway.returns.domain import WAITS, without
from shared.answers import TOO_EARLY, Answer, wait_of

GONE = 410
LONGEST_EXCERPT = 200
BREAKS_AFTER = 5  # Failures in a row after which the receiver is asked by one delivery at a time.
LONGEST_BREAK = timedelta(minutes=5)
GIVES_UP_AFTER = timedelta(days=5)  # Of nothing but failures: the subscription is disabled.
_FIRST_BREAK = timedelta(seconds=5)
_BUSY = TOO_EARLY | {502, 503, 504}
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class SubscriptionKind(StrEnum):
    """How a subscriber gets its events."""

    WEBHOOK = "webhook"  # We call it.
    STREAM = "stream"  # It reads a stream of its own.


class SubscriptionState(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    PAUSED = "paused"  # By a person; what is published meanwhile waits.
    DISABLED = "disabled"  # By us, for a reason; a person resumes it.


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # For its first attempt, or for the next one.
    HELD = "held"  # An earlier event of its subject is not delivered yet.
    SENDING = "sending"  # An attempt began; it has no end yet.
    DELIVERED = "delivered"
    DEAD = "dead"  # Past its attempts; its subject goes on. A person may replay it.
    SKIPPED = "skipped"  # Let go by a person.


UNFINISHED = frozenset({DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.SENDING})


class Outcome(StrEnum):
    """What became of one attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"
    LOST = "lost"  # The process ended meanwhile; it may have arrived, and is sent again under the same id.
    GONE = "gone"  # 410: the receiver wants nothing more.


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt came to.

    Attributes:
        status: Of HTTP; None where there was no answer.
        detail: First of the answer, or why there is none; for the record.
        leave_alone: Real time in which the receiver wants no call at all.
    """

    outcome: Outcome
    status: int | None = None
    detail: str = ""
    leave_alone: timedelta | None = None


def judge(answer: Answer, secret: str) -> Verdict:
    """Say what an answer means; the secret is left out of what is recorded."""
    said = " ".join(answer.body.decode(errors="replace").split())
    detail = without(said, [secret])[:LONGEST_EXCERPT]
    if 200 <= answer.status < 300:
        return Verdict(Outcome.DELIVERED, answer.status, detail)
    if answer.status == GONE:
        return Verdict(Outcome.GONE, answer.status, detail)
    leave_alone = wait_of(answer) if answer.status in _BUSY else None
    return Verdict(Outcome.FAILED, answer.status, detail, leave_alone)


def is_past_its_attempts(tries: int) -> bool:
    """Say whether a delivery is dead after so many failed tries: ten, over three days."""
    return tries >= len(WAITS)


def break_after(failures: int) -> timedelta | None:
    """Give how long a receiver is left alone after so many failures in a row; None while it is not."""
    if failures < BREAKS_AFTER:
        return None
    doublings = min(failures - BREAKS_AFTER, 10)
    return min(_FIRST_BREAK * (1 << doublings), LONGEST_BREAK)


def at_once(failures: int, most: int) -> int:
    """Give how many deliveries may be on their way: one, while nothing but failures came back."""
    return 1 if failures >= BREAKS_AFTER else most
