"""The figures of a summary of orders counted again from the events alone: nothing of the service's code."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.metrics.rates.oracle_orders import OrderOracle, day_of

DAY = timedelta(days=1)


class SummaryOracle(OrderOracle):
    """Sums up the days from `first` to `last`."""

    def span(self, first: date, last: date) -> list[Any]:
        return [one for one in self.orders.values() if first <= day_of(one.received_at) <= last]

    def unit_id(self, order_id: str) -> str:
        unit = self.unit(order_id)
        return self.codes.get(unit, unit)

    def of_unit(self, rate: str, first: date, last: date) -> dict[str, tuple[int, int]]:
        rows = self.answer(rate, "unit", first, last)
        return {unit: (row[0], row[1]) for (unit, _), row in rows.items()}

    def whole(self, rate: str, first: date, last: date) -> tuple[int, int, int]:
        rows = list(self.answer(rate, "unit", first, last).values())
        left_out = sum(sum(row[2].values()) for row in rows)
        return sum(row[0] for row in rows), sum(row[1] for row in rows), left_out

    def bad(self, first: date, last: date) -> Counter[str]:
        found: Counter[str] = Counter()
        for order_id in self.orders:
            for day, level in self.visit(order_id, "level"):
                if first <= day <= last and level in {1, 2} and not self.out(order_id):
                    found[self.unit_id(order_id)] += 1
        return found

    def open(self) -> tuple[Counter[str], Counter[str]]:
        overdue: Counter[str] = Counter()
        near: Counter[str] = Counter()
        for order_id in self.orders:
            for _day, gone, done, due in self.worked(order_id, "answered"):
                if gone or done or self.out(order_id):
                    continue
                overdue[self.unit_id(order_id)] += due < self.now
                near[self.unit_id(order_id)] += self.now <= due <= self.now + DAY
        return +overdue, +near

    def categories(self, level: int, first: date, last: date) -> Counter[tuple[str, ...]]:
        return Counter(one.category[:level] for one in self.span(first, last) if len(one.category) >= level)

    def frequent(self, first: date, last: date) -> list[tuple[Any, ...]]:
        matters: dict[Any, list[Any]] = {}
        for one in self.span(last - 29 * DAY, last):
            if one.caller and one.category:
                matters.setdefault((one.source_id, one.caller, one.category), []).append(one)
        return sorted(
            [self.matter(found) for found in matters.values() if self.is_frequent(found, first)],
            key=lambda one: (-one[2], one[3]),
        )

    def is_frequent(self, found: Iterable[Any], first: date) -> bool:
        days = [day_of(one.received_at) for one in found]
        return len(days) >= 3 and max(days) >= first

    def matter(self, found: list[Any]) -> tuple[Any, ...]:
        last = max(found, key=lambda one: (one.received_at, one.order_id))
        return last.category, self.unit_id(last.order_id), len(found), last.order_id
