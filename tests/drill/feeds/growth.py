"""How CPU and memory of the processes grow with what is stored, from the marks of a play."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.drill.feeds.house import SERVICES
from tests.drill.feeds.made import ORDERS_FROM
from tests.drill.feeds.play import Mark
from tests.drill.feeds.seen import Seen

KEPT = Path("var/feeds_year.json")
EARLY, LATE = (date(2023, 1, 8), date(2023, 2, 5)), (date(2023, 10, 29), date(2023, 11, 26))  # Sundays.


class Growth:
    """What a record cost early in the year and late in it; the week of orders is left out.

    Attributes:
        records: All that were sent.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._by_day = {mark.day: mark for mark in marks}
        self.records, self.ratings = marks[-1].sent, marks[-1].ratings
        assert LATE[1] < ORDERS_FROM

    def cost(self, service: str, span: tuple[date, date]) -> float:
        """Give microseconds of CPU for each record that was sent within some days."""
        first, last = (self._by_day[day] for day in span)
        return 1e6 * (last.used[service].cpu - first.used[service].cpu) / (last.sent - first.sent)

    @property
    def cost_ratio(self) -> float:
        """The cost of a record late in the year by that early in it, of all services together."""
        late, early = (sum(self.cost(name, span) for name in SERVICES) for span in (LATE, EARLY))
        return late / early

    @property
    def memory_ratio(self) -> dict[str, float]:
        """Resident memory late in the year by that early in it."""
        first, last = self._by_day[EARLY[1]], self._by_day[LATE[1]]
        return {name: last.used[name].rss / first.used[name].rss for name in SERVICES}

    def figures(self) -> dict[str, object]:
        """Give all figures."""
        days = (EARLY[0], EARLY[1], date(2023, 7, 2), LATE[1], max(self._by_day))
        return {
            "records": self.records,
            "ratings": self.ratings,
            "records_by_day": {str(day): self._by_day[day].sent for day in days},
            "microseconds_early": {name: round(self.cost(name, EARLY), 1) for name in SERVICES},
            "microseconds_late": {name: round(self.cost(name, LATE), 1) for name in SERVICES},
            "cost_ratio": round(self.cost_ratio, 3),
            "cpu_seconds": {name: self._by_day[days[-1]].used[name].cpu for name in SERVICES},
            "megabytes": {
                str(day): {name: round(self._by_day[day].used[name].rss) for name in SERVICES} for day in days
            },
        }


def keep(growth: Growth, seen: Seen, feeds: int) -> None:
    """Write the figures of a run."""
    KEPT.parent.mkdir(exist_ok=True)
    slowest = dict(sorted(seen.seconds.items(), key=lambda one: -one[1])[:15])
    figures = {"feeds": feeds, **growth.figures(), "slowest_answers_seconds": slowest}
    KEPT.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
