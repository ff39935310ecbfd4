"""What a repeated request gets, and which answers are kept (draft-ietf-httpapi-idempotency-key-header); pure.

Invariant: nothing runs twice under one key within its life, whatever stopped in between.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid

LIFE = timedelta(hours=24)  # Real time for which an answer is kept.
PATIENCE = timedelta(minutes=5)  # Longer than any route may take; who is not done then was stopped.
LARGEST_ANSWER = 1024 * 1024
# The header is a string of RFC 8941 in quotes; most clients send the bare word.
_KEY = re.compile(r'"(?P<quoted>[\x21\x23-\x5b\x5d-\x7e]{1,255})"|(?P<bare>[A-Za-z0-9._:/+=-]{1,255})')
# Answers that show what the vault keeps of a person, and steps of coming in, which nobody may take twice.
_NOT_KEPT = re.compile(r"/api/v1/(?:vault/.*|session(?:/.*)?|account/.*)")


class Verdict(StrEnum):
    """What to do with a request whose key is known already."""

    REPEAT = "repeat"
    OTHER_REQUEST = "other_request"
    IN_PROGRESS = "in_progress"
    OUTCOME_UNKNOWN = "outcome_unknown"


class Fate(StrEnum):
    """What becomes of the key after an answer."""

    KEEP = "keep"
    FREE = "free"  # Nothing was done: the same key may try again.
    UNKNOWN = "unknown"  # It may have been done: the key stays taken.


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a key.

    Attributes:
        fingerprint: Of the request that came first.
        begun_at: Real time.
        status: Of its answer, or None where there is none yet.
    """

    fingerprint: str
    begun_at: datetime
    status: int | None


def takes_key(method: str, path: str) -> bool:
    """Say whether an `Idempotency-Key` means anything on a route."""
    return method == "POST" and path.startswith("/api/v1/") and not _NOT_KEPT.fullmatch(path)


def read_key(header: str) -> str:
    """Read the header.

    Raises:
        Invalid: It is no key.
    """
    found = _KEY.fullmatch(header.strip())
    if found is None:
        message = (
            f"请求头 Idempotency-Key 的值 {header[:40]} 无效：应为 1 至 255 个可打印 ASCII 字符，建议用 UUID"
        )
        raise Invalid(message, code="idempotency.key_invalid", field="Idempotency-Key")
    return found["quoted"] or found["bare"]


def judge(known: Known, fingerprint: str, real_now: datetime) -> Verdict:
    """Say what a request gets whose key is on record."""
    if known.fingerprint != fingerprint:
        return Verdict.OTHER_REQUEST
    if known.status is not None:
        return Verdict.REPEAT
    return Verdict.IN_PROGRESS if real_now < known.begun_at + PATIENCE else Verdict.OUTCOME_UNKNOWN


def fate_of(status: int, *, maybe_done: bool) -> Fate:
    """Say what becomes of a key: kept are answers about the request, not those about the caller or the moment.

    Args:
        status: Of the answer.
        maybe_done: An inner service was asked and did not answer.
    """
    if maybe_done:
        return Fate.UNKNOWN
    if status >= 500 or status in {401, 403, 408, 413, 429}:
        return Fate.FREE
    return Fate.KEEP
