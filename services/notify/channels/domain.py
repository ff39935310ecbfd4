"""Reads what a receiver answered; pure.

Invariant: only an answer that says in so many words that the message was taken is `SENT`. What can't be read after the
request was written is `UNKNOWN`, since the message may have arrived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from services.notify.domain import Outcome, Result
from shared.answers import NO_WORD_FROM_BEHIND, TOO_EARLY, Answer, excerpt, find_in, is_among, wait_of


@dataclass(frozen=True, slots=True)
class Codes:
    """What the codes of a receiver mean; one that is not listed is a failure that may be retried.

    Attributes:
        path: Names and places that lead to the code in the answer.
        sent: Taken.
        later: Not taken now, and how long to wait; None leaves that to the sender.
        never: Refused for good: a wrong key, a wrong signature, a robot that is no more.
        unlisted: What every other code means.
    """

    path: tuple[str, ...]
    sent: tuple[Any, ...]
    later: Mapping[Any, timedelta | None] = field(default_factory=dict)
    never: frozenset[Any] = frozenset()
    unlisted: Result = Result.FAILED


def read_answer(answer: Answer, codes: Codes) -> Outcome:
    """Say what an answer that carries a code means."""
    found = find_in(answer.body, codes.path)
    if found is None or answer.status >= 500:
        outcome = read_status(answer)
        if outcome.result is not Result.SENT:
            return outcome
        return Outcome(
            Result.UNKNOWN, f"HTTP {answer.status} without {'.'.join(codes.path)}: {excerpt(answer.body)}"
        )
    if is_among(found, codes.sent):
        # A code that says yes under a status that says no is not believed.
        return read_status(answer)
    detail = f"HTTP {answer.status}, {'.'.join(codes.path)} {found}: {excerpt(answer.body)}"
    for code, wait in codes.later.items():
        if is_among(found, (code,)):
            return Outcome(Result.FAILED, detail, retry_after=wait or wait_of(answer))
    never = is_among(found, tuple(codes.never))
    return Outcome(Result.REFUSED if never else codes.unlisted, detail)


def read_status(answer: Answer) -> Outcome:
    """Say what an answer means whose status alone counts."""
    status, detail = answer.status, f"HTTP {answer.status}: {excerpt(answer.body)}"
    if 200 <= status < 300:
        return Outcome(Result.SENT, f"HTTP {status}")
    if status in NO_WORD_FROM_BEHIND:
        return Outcome(Result.UNKNOWN, detail)
    if status in TOO_EARLY or status >= 500:
        return Outcome(Result.FAILED, detail, retry_after=wait_of(answer))
    if 300 <= status < 400:
        detail = f"HTTP {status}: a redirect, which is never followed; name the final address"
    return Outcome(Result.REFUSED, detail)


def partly(outcome: Outcome, *, sent: int, of: int) -> Outcome:
    """Say that a message in pieces got stuck: what arrived will arrive again, so nobody may call it failed."""
    if sent == 0:
        return outcome
    detail = f"{sent} of {of} pieces were taken, then {outcome.result}: {outcome.detail}"
    return Outcome(Result.UNKNOWN, detail, retry_after=outcome.retry_after)
