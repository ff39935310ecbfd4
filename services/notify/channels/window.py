"""Holds a channel to so many messages in any sixty seconds.

The vendor counts them too and blocks a robot that goes over (钉钉 for ten minutes). The sender keeps the limit across
replicas and restarts (`service_limits.py`); this is the last guard, whatever the sender plans, and counts what this
process sent.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from services.notify.domain import Outcome, Result

MINUTE = timedelta(seconds=60)


class Window:
    """The calls of the last sixty seconds of real time."""

    def __init__(self, per_minute: int, real_now: Callable[[], datetime]) -> None:
        self.per_minute = per_minute
        self._real_now = real_now
        self._calls: deque[datetime] = deque(maxlen=per_minute)

    def held(self, messages: int = 1) -> Outcome | None:
        """Count so many messages and give None; or, where they are too many, count none and say when to come again."""
        now = self._real_now()
        while self._calls and not timedelta(0) <= now - self._calls[0] < MINUTE:  # Or the clock was set back.
            self._calls.popleft()
        too_many = len(self._calls) + messages - self.per_minute
        if too_many > 0:
            wait = self._calls[too_many - 1] + MINUTE - now
            return Outcome(Result.HELD, f"held back: {self.per_minute} a minute", retry_after=wait)
        self._calls.extend([now] * messages)
        return None
