"""A clock that the driver of a drill moves, and that all its processes read from one small file."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

POLL_S = 0.1  # Real seconds after which a process looks again whether the driver moved the clock.
WIDTH = 32


class DrivenClock:
    """Business time stands where the driver put it; real time goes on, and jumps by what the driver adds.

    So a day passes when its work is done, and a minute of patience costs no minute.
    """

    drill = True

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)

    def set(self, instant: datetime, *, jumped: timedelta) -> None:
        """Move business time to `instant`; real time has jumped by `jumped` in all."""
        line = f"{instant.timestamp():.0f} {jumped.total_seconds():.0f}"
        os.pwrite(self._file, line.ljust(WIDTH).encode(), 0)  # One write: nobody reads half of it.

    def _read(self) -> tuple[float, float]:
        instant, jumped = os.pread(self._file, WIDTH, 0).split()
        return float(instant), float(jumped)

    def now(self) -> datetime:
        """Give business time."""
        return datetime.fromtimestamp(self._read()[0], UTC)

    def real_now(self) -> datetime:
        """Give real time with all jumps."""
        return datetime.fromtimestamp(time.time() + self._read()[1], UTC)

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the seconds until somebody should look again: the driver alone knows when the clock moves."""
        return min(0.0, (instant - self.now()).total_seconds()) or POLL_S
