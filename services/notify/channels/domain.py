"""Reads what a receiver answered; pure.

Invariant: only an answer that says in so many words that the message was taken is `SENT`. What can't be read after the
request was written is `UNKNOWN`, since the message may have arrived.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from services.notify.domain import Outcome, Result

_TOO_EARLY = frozenset({408, 425, 429})
_NO_WORD_FROM_BEHIND = frozenset({502, 504})  # The one behind the proxy may have taken it.
LONGEST_WAIT = timedelta(hours=1)
_LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; `retry_after` is the header of that name."""

    status: int
    body: bytes = b""
    retry_after: str = ""


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
    found = _find(answer.body, codes.path)
    if found is None or answer.status >= 500:
        outcome = read_status(answer)
        if outcome.result is not Result.SENT:
            return outcome
        return Outcome(
            Result.UNKNOWN, f"HTTP {answer.status} without {'.'.join(codes.path)}: {_excerpt(answer.body)}"
        )
    if _is_among(found, codes.sent):
        # A code that says yes under a status that says no is not believed.
        return read_status(answer)
    detail = f"HTTP {answer.status}, {'.'.join(codes.path)} {found}: {_excerpt(answer.body)}"
    for code, wait in codes.later.items():
        if _is_among(found, (code,)):
            return Outcome(Result.FAILED, detail, retry_after=wait or _wait(answer))
    never = _is_among(found, tuple(codes.never))
    return Outcome(Result.REFUSED if never else codes.unlisted, detail)


def read_status(answer: Answer) -> Outcome:
    """Say what an answer means whose status alone counts."""
    status, detail = answer.status, f"HTTP {answer.status}: {_excerpt(answer.body)}"
    if 200 <= status < 300:
        return Outcome(Result.SENT, f"HTTP {status}")
    if status in _NO_WORD_FROM_BEHIND:
        return Outcome(Result.UNKNOWN, detail)
    if status in _TOO_EARLY or status >= 500:
        return Outcome(Result.FAILED, detail, retry_after=_wait(answer))
    if 300 <= status < 400:
        detail = f"HTTP {status}: a redirect, which is never followed; name the final address"
    return Outcome(Result.REFUSED, detail)


def partly(outcome: Outcome, *, sent: int, of: int) -> Outcome:
    """Say that a message in pieces got stuck: what arrived will arrive again, so nobody may call it failed."""
    if sent == 0:
        return outcome
    detail = f"{sent} of {of} pieces were taken, then {outcome.result}: {outcome.detail}"
    return Outcome(Result.UNKNOWN, detail, retry_after=outcome.retry_after)


def _find(body: bytes, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON.
    try:
        found = json.loads(body)
        for step in path:
            found = found[int(step)] if isinstance(found, list) else found[step]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    return found


def _is_among(found: object, codes: tuple[Any, ...]) -> bool:
    """Compare as JSON does: 0 is neither false nor "0"."""
    return any(type(found) is type(code) and found == code for code in codes)


def _wait(answer: Answer) -> timedelta | None:
    if not (answer.retry_after.isascii() and answer.retry_after.isdigit()):
        return None
    return min(LONGEST_WAIT, timedelta(seconds=min(int(answer.retry_after), 10**6)))


def _excerpt(body: bytes) -> str:
    """Quote JSON only: the error page of a proxy quotes the address that was asked for, and the key in it."""
    if not body or _find(body, ()) is None:
        return f"{len(body)} bytes that are no JSON"
    return " ".join(body.decode(errors="replace").split())[:_LONGEST_DETAIL]
