"""Decisions about streams of subscribers: what a top means that nobody expected, and what is old enough to go; pure.

Invariant: a stream goes on behind its own top only where that top is an event of the archive; then nothing is in it
twice, and what it lost is appended again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

_SHARE = 20  # Marks within the time that entries stay: so exactly is their age known.


class Top(StrEnum):
    """What the top of a stream means that is not the one on record."""

    LOST = "lost"  # It lost its tail, which is appended again.
    OURS = "ours"  # We appended it, and were killed before it was on record.
    FOREIGN = "foreign"  # Somebody else wrote it: a person has to look.
    BEYOND = "beyond"  # The archive does not reach so far: it was restored from an older backup.


class Mark(NamedTuple):
    """How far a stream was at an instant."""

    at: datetime
    position: int


def judge_top(position: int | None, *, believed: int, newest: int, same_bytes: bool) -> Top:
    """Say what a top means.

    Args:
        position: Where the stream ends, 0 for an empty one; None for an entry that none of us gave its id.
        believed: Where it ends by our record.
        newest: Where the archive ends.
        same_bytes: Whether the entry has the bytes of the archive, as far as both are there.
    """
    if position is None:
        return Top.FOREIGN
    if position > newest:
        return Top.BEYOND
    if not same_bytes:
        return Top.FOREIGN
    return Top.LOST if position < believed else Top.OURS


def keep_from(marks: Sequence[Mark], real_now: datetime, keep: timedelta) -> int:
    """Give the first position that is not older than `keep`; 0 where that is not known of any."""
    old = [mark.position for mark in marks if mark.at <= real_now - keep]
    return max(old) + 1 if old else 0


def is_mark_due(marks: Sequence[Mark], real_now: datetime, keep: timedelta) -> bool:
    """Say whether it should be put on record how far the stream is now."""
    return not marks or max(mark.at for mark in marks) <= real_now - keep / _SHARE


def password_hash(password: str) -> str:
    """Give the SHA-256 of a password as the server keeps it; a slow hash would add nothing to 256 random bits."""
    return hashlib.sha256(password.encode()).hexdigest()
