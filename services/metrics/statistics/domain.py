"""The lines of the monthly statistics: pure functions over counts, with percentiles by nearest rank."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import NamedTuple

from shared.errors import Invalid


class Line(NamedTuple):
    """What a line of the statistics is about."""

    unit_code: str
    source_id: str


class Sort(NamedTuple):
    """A sort of ratings within a line."""

    level: int
    channel: str
    is_default: bool


@dataclass(slots=True)
class Rectified:
    """What became of the bad ratings that were opened in the month: of those that stand, how far each got."""

    opened: int = 0
    standing: int = 0
    done: int = 0
    in_time: int = 0
    named: int = 0
    called_back: int = 0

    def add(self, other: "Rectified") -> None:
        """Add the counts of another line."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Month:
    """The figures of one line.

    Attributes:
        sorts: Ratings by level, channel and whether nobody gave them.
        delays: Seconds from the rating to its arrival at the gateway, each with how many ratings took so long.
    """

    sorts: Counter[Sort] = field(default_factory=Counter)
    delays: Counter[int] = field(default_factory=Counter)
    rectified: Rectified = field(default_factory=Rectified)

    @property
    def ratings(self) -> int:
        """All ratings."""
        return self.sorts.total()

    @property
    def default(self) -> int:
        """Those that nobody gave."""
        return sum(number for sort, number in self.sorts.items() if sort.is_default)

    def by(self, name: str) -> dict[str, int]:
        """Count by `level` or `channel`."""
        found = Counter[str]()
        for sort, number in self.sorts.items():
            found[str(getattr(sort, name))] += number
        return dict(sorted(found.items()))

    def delay(self, percent: int) -> int | None:
        """Give the delay (seconds) that so many percent of the ratings keep to, by nearest rank; None for none."""
        return percentile(self.delays, percent)

    def add(self, other: "Month") -> None:
        """Add the figures of another line."""
        self.sorts.update(other.sorts)
        self.delays.update(other.delays)
        self.rectified.add(other.rectified)


def percentile(found: Mapping[int, int], percent: int) -> int | None:
    """Give the smallest value that at least `percent` % of all keep to; None for none."""
    rank, passed = ceil(sum(found.values()) * percent / 100), 0
    for value, number in sorted(found.items()):
        passed += number
        if passed >= rank:
            return value
    return None


def whole(lines: Iterable[Month]) -> Month:
    """Add up lines."""
    found = Month()
    for line in lines:
        found.add(line)
    return found


def days_of(month: str) -> tuple[date, date]:
    """Give the first and last day of a month (`2023-06`).

    Raises:
        Invalid: It names none.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        message = f"月份 {month} 无法识别，请写成 2023-06"
        raise Invalid(message, code="statistics.month", field="month") from error
    return first, first.replace(day=monthrange(first.year, first.month)[1])
