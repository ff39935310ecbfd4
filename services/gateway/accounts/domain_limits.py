"""How much somebody may ask a minute: a bucket that fills evenly and holds one minute's requests (pure).

The headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` and `RateLimit`.
"""

import math
from typing import NamedTuple

WINDOW_S = 60


class Bucket(NamedTuple):
    """Requests that are left, and the second at which that was so."""

    left: float
    at: float


class Quota(NamedTuple):
    """What is left of a quota after a request.

    Attributes:
        remaining: Whole requests that would be let through at once.
        full_in: Whole seconds until the bucket is full again.
        wait: Whole seconds until the next request is let through; 0 when this one was.
    """

    per_minute: int
    remaining: int
    full_in: int
    wait: int

    @property
    def policy(self) -> str:
        """Write the policy as a header."""
        return f'"minute";q={self.per_minute};w={WINDOW_S}'

    @property
    def left(self) -> str:
        """Write what is left as a header."""
        return f'"minute";r={self.remaining};t={self.full_in}'


def take(bucket: Bucket | None, per_minute: int, now: float) -> tuple[Bucket, Quota]:
    """Take one request out of a bucket at the second `now`; a bucket that is empty stays as it is."""
    rate = per_minute / WINDOW_S
    left = float(per_minute)
    if bucket is not None:
        left = min(left, bucket.left + (now - bucket.at) * rate)
    wait = 0 if left >= 1 else max(1, math.ceil((1 - left) / rate))
    left -= 0 if wait else 1
    full_in = math.ceil((per_minute - left) / rate)
    return Bucket(left, now), Quota(per_minute, int(left), full_in, wait)
