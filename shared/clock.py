"""The only reader of clocks: business time, which a drill may shift and speed up, and real time, which nothing may.

Business time decides deadlines, notices and event times. Real time decides signatures, key expiry, retries,
leases and retention. Both are aware; storage is UTC and people read Asia/Shanghai.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from shared.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Business time and real time."""

    @property
    def drill(self) -> bool:
        """Whether business time is made up."""
        ...

    def now(self) -> datetime:
        """Give business time, aware, in UTC."""
        ...

    def real_now(self) -> datetime:
        """Give real time, aware, in UTC."""
        ...

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the real seconds until business time reaches `instant`; negative when it has passed."""
        ...


class LiveClock:
    """Business time that is real time."""

    drill = False

    def now(self) -> datetime:
        """Give the present instant in UTC."""
        return datetime.now(UTC)

    def real_now(self) -> datetime:
        """Give the present instant in UTC."""
        return datetime.now(UTC)

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the seconds until `instant`."""
        return (instant - self.now()).total_seconds()


@dataclass(frozen=True, slots=True)
class DrillClock:
    """Business time that began at `drill_origin` when real time was `real_origin`, and runs `speed` times as fast.

    The triple is written once into the data directory, so all processes agree and a restart goes on.
    """

    real_origin: datetime
    drill_origin: datetime
    speed: float = 1.0
    drill = True

    def now(self) -> datetime:
        """Give business time in UTC."""
        return self.drill_origin + (self.real_now() - self.real_origin) * self.speed

    def real_now(self) -> datetime:
        """Give real time in UTC."""
        return datetime.now(UTC)

    def real_seconds_until(self, instant: datetime) -> float:
        """Give the real seconds until business time reaches `instant`."""
        return (instant - self.now()).total_seconds() / self.speed

    def to_json(self) -> str:
        """Write the triple as one JSON object."""
        origins = {"real_origin": self.real_origin.isoformat(), "drill_origin": self.drill_origin.isoformat()}
        return json.dumps({**origins, "speed": self.speed})


def read_clock(path: Path | None) -> Clock:
    """Read the clock of a data directory: the drill triple in `path`, or the live clock where there is none.

    Raises:
        Invalid: The file is there but holds no drill triple.
    """
    if path is None or not path.exists():
        return LiveClock()
    try:
        raw = json.loads(path.read_text("utf-8"))
        origins = (datetime.fromisoformat(raw["real_origin"]), datetime.fromisoformat(raw["drill_origin"]))
        return DrillClock(origins[0].astimezone(UTC), origins[1].astimezone(UTC), float(raw["speed"]))
    except (ValueError, KeyError, TypeError) as error:
        message = f"时钟文件 {path} 无法读取（{error}），请恢复该文件或新建数据目录"
        raise Invalid(message, code="clock.unreadable", field=str(path)) from error


def local_date(instant: datetime) -> date:
    """Give the Shanghai calendar day of an instant."""
    return instant.astimezone(SHANGHAI).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Give the UTC instant of a Shanghai wall-clock time on `day`."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Give the due instant of a printed date: the last second of that Shanghai day, in UTC."""
    return at_local(day + timedelta(days=1)) - timedelta(seconds=1)
