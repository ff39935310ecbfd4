"""Who has asked how much: a bucket for each key and account, in memory; each replica has its own.

With N replicas somebody may therefore ask up to N times as much, and a restart fills all buckets.
"""

import time
from collections.abc import Callable, Mapping

from services.gateway.accounts.domain_limits import Bucket, Quota, take
from services.gateway.roles import Key
from shared.errors import TooMany

MOST_KEPT = 10_000
ALL_OTHERS = "*"


class Limits:
    """The buckets.

    Args:
        per_minute: Requests a minute by role, `*` for all others; 0 for any number.
    """

    def __init__(
        self, per_minute: Mapping[str, int], *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._others = per_minute.get(ALL_OTHERS, 0)
        self._seconds = seconds
        self._buckets: dict[str, Bucket] = {}

    def take(self, key: Key) -> Quota | None:
        """Take one request of `key`; gives what is left, or None where there is no limit."""
        per_minute = key.per_minute
        if per_minute is None:
            per_minute = self._per_minute.get(key.principal.role, self._others)
        return self.take_for(key.principal.id, per_minute) if per_minute else None

    def take_for(self, name: str, per_minute: int) -> Quota:
        """Take one request out of the bucket `name`; the answer says whether it was there."""
        if len(self._buckets) >= MOST_KEPT and name not in self._buckets:
            self._drop_full()
        self._buckets[name], quota = take(self._buckets.get(name), per_minute, self._seconds())
        return quota

    def _drop_full(self) -> None:
        """Forget those who have not asked for a minute: their buckets are full again."""
        now = self._seconds()
        self._buckets = {name: one for name, one in self._buckets.items() if now - one.at < 60}


def too_many(quota: Quota) -> TooMany:
    """Say how long to wait."""
    message = f"请求过于频繁：每分钟最多 {quota.per_minute} 次，请 {quota.wait} 秒后再试"
    return TooMany(message, code="rate.exceeded", retry_after=quota.wait, limit=quota.per_minute)
