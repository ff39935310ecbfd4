"""Counts hotline orders for a summary: what came in, which rates, what is open, what surges, who comes again; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from services.metrics.rates.domain import Cell, Figure, Group, Part, RuleInForce, tally, total
from services.metrics.rates.facts_orders import Basis, OrderFacts, Received, Repeats, facts_in
from services.metrics.rates.functions import function_of
from services.metrics.rates.functions_orders import OrderSort
from services.metrics.summaries.domain import Frequent, HotlineRules, Span, Surge
from shared.clock import local_date
from shared.events.feed_summaries import CategoryFigures, RegionFigures

SEPARATOR = "/"  # Between the levels of a category.
LEVELS = 3
FINISHED, RETURNED, RATED = "orders.finished", "orders.returned", "orders.satisfaction"
Category = tuple[str, ...]
Sorted = tuple[str, OrderSort, str]  # Unit, sort, and who approved that it does not count.


def category_of(one: Received) -> Category:
    """Give the levels of an order's category; none where it has no category."""
    return tuple(one.category.split(SEPARATOR)) if one.category else ()


@dataclass(slots=True)
class Arrivals:
    """What came in within a span."""

    span: Span
    received: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    categories: Counter[Category] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)

    def add(self, one: Received, unit: str = "") -> None:
        """Count an order that came in."""
        self.received += 1
        self.kinds[one.kind] += 1
        self.units[unit] += 1
        self.categories[category_of(one)] += 1
        self.regions[one.region_code] += 1

    def by_level(self, level: int) -> Counter[Category]:
        """Count by the first levels of the category; an order without so many levels is not counted."""
        found: Counter[Category] = Counter()
        for category, number in self.categories.items():
            if len(category) >= level:
                found[category[:level]] += number
        return found


@dataclass(slots=True)
class Tally:
    """The rates of a span, by unit: facts are counted by their sort, and judged when all are.

    Attributes:
        rules: By rate.
        units: Which unit a code names.
        at: Instant at which lateness is judged.
        bad: Orders whose last rating is bad and counts, by unit.
    """

    rules: Mapping[str, RuleInForce]
    units: Mapping[str, str]
    at: datetime
    bad_levels: Sequence[int]
    cells: dict[str, Counter[Sorted]] = field(default_factory=dict)
    figures: dict[str, dict[Group, Figure]] = field(default_factory=dict)
    bad: Counter[str] = field(default_factory=Counter)

    def unit_of(self, code: str) -> str:
        """Give the unit of a code, or the code where the registry knows none."""
        return self.units.get(code, code)

    def add(self, orders: Sequence[OrderFacts], repeats: Repeats, span: Span) -> None:
        """Count what orders are on the days of a span."""
        for rate, in_force in self.rules.items():
            basis = Basis(in_force.rule, self.at, repeats)
            facts = (fact for order in orders for fact in facts_in(order, basis) if span.covers(fact.day))
            counted = self.cells.setdefault(rate, Counter())
            counted.update((self.unit_of(fact.unit), fact.sort, fact.by) for fact in facts)

    def judge(self) -> None:
        """Judge what was counted."""
        for rate, in_force in self.rules.items():
            judge, counted = function_of(in_force.rule).judge, self.cells.get(rate, Counter())
            found = [Cell(unit, "", sort, number, by) for (unit, sort, by), number in counted.items()]
            self.figures[rate] = tally(found, in_force, judge)
            if rate == RATED:
                self.bad.update(self._bad(in_force, counted))

    def _bad(self, in_force: RuleInForce, counted: Mapping[Sorted, int]) -> Counter[str]:
        judge, found = function_of(in_force.rule).judge, Counter[str]()
        for (unit, sort, _by), number in counted.items():
            if sort.level in self.bad_levels and judge(sort, in_force.rule).part is not Part.EXCLUDED:
                found[unit] += number
        return found

    def whole(self, rate: str) -> Figure:
        """Give a rate over all units."""
        return total(self.figures[rate], self.rules[rate])

    def of_unit(self, rate: str, unit: str) -> Figure:
        """Give a rate of one unit."""
        return self.figures[rate].get(Group(unit, "")) or Figure(self.rules[rate])

    def seen(self) -> set[str]:
        """Name the units of which anything was counted."""
        return {group.unit for groups in self.figures.values() for group in groups}


@dataclass(slots=True)
class Open:
    """Orders that are open, by unit: past their limit, or near it."""

    overdue: Counter[str] = field(default_factory=Counter)
    near_due: Counter[str] = field(default_factory=Counter)

    def add(self, order: OrderFacts, counted: Tally, finished: RuleInForce, near: timedelta) -> None:
        """Count an order by the rule of 办结率: what owes nothing there is not open."""
        rule = finished.rule.model_copy(update={"owed": "all"})
        for fact in facts_in(order, Basis(rule, counted.at, Repeats(()))):
            if function_of(rule).judge(fact.sort, rule).part is Part.EXCLUDED:
                continue
            unit, due_at = counted.unit_of(fact.unit), order.last("dispatched").due_at
            self.overdue[unit] += fact.sort.state == "overdue"
            self.near_due[unit] += fact.sort.state == "not_due" and due_at <= counted.at + near


class Matter(NamedTuple):
    """What one caller brought up again and again, the latest order last."""

    category: Category
    orders: Sequence[Received]


def frequent(received: Iterable[Received], span: Span, rule: Frequent) -> list[Matter]:
    """Find the matters that are frequent at the end of a span, with an order in it; the most frequent first."""
    earliest = span.last - timedelta(days=rule.days - 1)
    found: dict[tuple[str, str, str], list[Received]] = {}
    for one in received:
        if one.caller and one.category and earliest <= local_date(one.received_at) <= span.last:
            found.setdefault((one.source_id, one.caller, one.category), []).append(one)
    matters = []
    for orders in found.values():
        orders.sort(key=lambda one: (one.received_at, one.order_id))
        if len(orders) >= rule.minimum and span.covers(local_date(orders[-1].received_at)):
            matters.append(Matter(category_of(orders[-1]), orders))
    return sorted(matters, key=lambda one: (-len(one.orders), one.orders[-1].order_id))


def surging(now: Arrivals, before: Arrivals, rule: Surge) -> list[CategoryFigures]:
    """Find the whole categories that surge, the largest first; without any order before, nothing can surge."""
    if not before.received:
        return []
    found = [
        CategoryFigures(
            level=len(category), category=category, orders=number, before=before.categories[category]
        )
        for category, number in now.categories.items()
        if category
        and number >= rule.minimum
        and number * before.span.days >= rule.times * before.categories[category] * now.span.days
    ]
    return sorted(found, key=lambda one: (-one.orders, one.category))


def top_categories(now: Arrivals, before: Arrivals, most: int) -> tuple[list[CategoryFigures], int]:
    """Give the most frequent categories of each level, and how many were left out."""
    shown, left_out = [], 0
    for level in range(1, LEVELS + 1):
        earlier, found = before.by_level(level), now.by_level(level)
        ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
        left_out += max(len(ordered) - most, 0)
        shown += [
            CategoryFigures(level=level, category=category, orders=number, before=earlier[category])
            for category, number in ordered[:most]
        ]
    return shown, left_out


def top_regions(now: Arrivals, before: Arrivals, most: int) -> tuple[list[RegionFigures], int]:
    """Give the regions with the most orders, and how many were left out; orders without a region are not listed."""
    ordered = sorted(
        ((code, n) for code, n in now.regions.items() if code), key=lambda one: (-one[1], one[0])
    )
    shown = [
        RegionFigures(region_code=code, orders=number, before=before.regions[code])
        for code, number in ordered[:most]
    ]
    return shown, max(len(ordered) - most, 0)


def near_of(rules: HotlineRules) -> timedelta:
    """Give how long before its limit an order is near it."""
    return timedelta(hours=rules.near_hours)
