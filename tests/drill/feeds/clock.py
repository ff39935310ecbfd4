"""Business time that a play moves by hand, the same in all processes: eight bytes of a file that each has mapped."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOOK_S = 0.1  # Real seconds after which somebody who waits for an instant looks at the clock again.
MICROSECOND = timedelta(microseconds=1)


class MovedClock:
    """Stands still until `move` is called; real time is real."""

    drill = True

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), 8)

    @classmethod
    def begin(cls, path: Path, instant: datetime) -> "MovedClock":
        """Make the file of a clock that stands at `instant`."""
        path.write_bytes(bytes(8))
        clock = cls(path)
        clock.move(instant)
        return clock

    def move(self, instant: datetime) -> None:
        """Let it be `instant` in every process."""
        self._bytes[:] = struct.pack("<q", (instant - EPOCH) // MICROSECOND)

    def now(self) -> datetime:
        """Give business time in UTC."""
        told: int = struct.unpack("<q", self._bytes[:])[0]
        return EPOCH + told * MICROSECOND

    def real_now(self) -> datetime:
        """Give real time in UTC."""
        return datetime.now(UTC)

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the real seconds after which to look again: nobody knows when the play moves on."""
        return min(LOOK_S, (instant - self.now()).total_seconds())
