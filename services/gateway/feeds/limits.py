"""How many records a source may send: a bucket for each, that fills by the minute; real time, one process."""

import math
import time
from collections.abc import Callable

from shared.errors import TooLarge, TooMany

MINUTE = 60.0


class Limits:
    """The buckets of all sources; a source may send a minute's records at once, and then as fast as it fills."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._left: dict[str, tuple[float, float]] = {}  # Source → records left, and when that was.

    def take(self, source_id: str, count: int, per_minute: int) -> None:
        """Take `count` records out of the bucket of a source; none are taken when it refuses. 0 means no limit.

        Raises:
            TooLarge: More than a minute's records: it would never be let through.
            TooMany: They are more than are left now.
        """
        if per_minute == 0:
            return
        if count > per_minute:
            message = f"一批 {count} 条，超过来源 {source_id} 每分钟 {per_minute} 条的上限，请拆分；本批一条也没有收"
            raise TooLarge(message, code="feed.batch_over_rate", limit=per_minute)
        now = self._seconds()
        left, since = self._left.get(source_id, (float(per_minute), now))
        left = min(float(per_minute), left + (now - since) * per_minute / MINUTE)
        if count > left:
            wait = max(1, math.ceil((count - left) * MINUTE / per_minute))
            message = (
                f"来源 {source_id} 超过每分钟 {per_minute} 条的上限，请 {wait} 秒后重发；本批一条也没有收"
            )
            raise TooMany(message, code="feed.too_fast", retry_after=wait, limit=per_minute)
        self._left[source_id] = (left - count, now)
