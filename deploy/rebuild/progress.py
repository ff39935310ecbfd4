"""Progress of a rebuild on stderr, once a second: feed, events done of all, events a second, time left."""

import sys
import time
from collections.abc import Callable

EVERY = 1.0  # Seconds, real time.


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


class Progress:
    """Tells how far it is; `total` events are to be done.

    Attributes:
        done: Events that are done.
    """

    def __init__(
        self,
        total: int,
        *,
        tell: Callable[[str], object] = _to_stderr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done = 0
        self._total = total
        self._tell = tell
        self._clock = clock
        self._began = self._told = clock()

    def step(self, feed: str, count: int) -> None:
        """Count `count` further events of `feed`, and say so once a second."""
        self.done += count
        now = self._clock()
        if now - self._told >= EVERY:
            self._told = now
            self._say(feed)

    def say(self, what: str) -> None:
        """Say what is being done now."""
        self._tell(f"duban: {what}\n")

    def end(self) -> float:
        """Say how it went; gives the seconds that it took."""
        self._say("all feeds")
        return self._clock() - self._began

    def _say(self, feed: str) -> None:
        took = max(self._clock() - self._began, 1e-6)
        rate = self.done / took
        left = (self._total - self.done) / rate if rate else 0.0
        self.say(f"{feed}: {self.done:,}/{self._total:,} events, {rate:,.0f} events/s, {left:,.0f} s left")
