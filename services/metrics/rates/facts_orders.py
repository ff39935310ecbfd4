"""What a hotline order counts as in each rate, by what was told of it: pure functions.

Invariant: an order is counted once in a rate, on one day; 退单率 alone counts dispatches.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from services.metrics.rates.domain import RateRule
from services.metrics.rates.functions_orders import OrderSort
from shared.clock import local_date


class Received(NamedTuple):
    """What came in."""

    order_id: str
    source_id: str
    unit_code: str
    kind: str
    category: str
    category_1: str
    region_code: str
    channel: str
    caller: str
    repeats: str
    received_at: datetime


# The dimensions of orders; for `unit` the unit itself is enough.
KEYS: Mapping[str, Callable[[Received], str]] = {
    "unit": lambda _one: "",
    "order_kind": lambda one: one.kind,
    "category": lambda one: one.category_1,
    "channel": lambda one: one.channel,
    "region": lambda one: one.region_code,
    "source": lambda one: one.source_id,
}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What was told of an order.

    Attributes:
        steps: Of each kind, in the order of their stream.
    """

    received: Received
    steps: Mapping[str, Sequence[Any]]

    def last(self, kind: str) -> Any:  # noqa: ANN401 - a row, or None.
        """Give the last word of a kind."""
        found = self.steps.get(kind, ())
        return found[-1] if found else None

    @property
    def unit(self) -> str:
        """Who has it: the unit that it was handed to last, or the code that the platform gave."""
        last = self.last("dispatched")
        return last.unit_id if last is not None else self.received.unit_code

    @property
    def refused(self) -> bool:
        """Whether it was not taken up 不受理."""
        last = self.last("opened")
        return last is not None and bool(last.word)

    @property
    def about_office(self) -> bool:
        """Whether it complains about an office itself 处投诉; said when it was opened, and true for ever."""
        return any(one.holds for one in self.steps.get("opened", ()))

    def returned(self, hop: int | None) -> bool:
        """Tell whether the unit of a hop gave it back, which was granted."""
        found = [one for one in self.steps.get("returned", ()) if one.hop == hop]
        return bool(found) and found[-1].holds


class OrderFact(NamedTuple):
    """What an order, or a dispatch of it, counts as.

    Attributes:
        fact_id: Orders rows; of a dispatch the order's with the hop.
        by: Who approved that it counts in no rate.
    """

    fact_id: str
    order: Received
    unit: str
    day: date
    sort: OrderSort
    by: str


class Repeats:
    """Which orders the same caller made about the same category at the same source, by when they came."""

    def __init__(self, every: Sequence[Received]) -> None:
        self._found: dict[tuple[str, str, str], list[tuple[datetime, str]]] = {}
        for one in every:
            self._found.setdefault(_matter(one), []).append((one.received_at, one.order_id))
        for times in self._found.values():
            times.sort()

    def repeats(self, one: Received, days: int) -> bool:
        """Tell whether an order says again what its platform names, or what came in at most `days` days before."""
        if one.repeats:
            return True
        times = self._found.get(_matter(one), []) if one.caller and one.category else []
        before = bisect_left(times, (one.received_at, one.order_id))
        return before > 0 and one.received_at - times[before - 1][0] <= timedelta(days=days)


def _matter(one: Received) -> tuple[str, str, str]:
    return one.source_id, one.caller, one.category


@dataclass(frozen=True, slots=True)
class Basis:
    """By what orders are judged: the rule, the instant, and who said the same before."""

    rule: RateRule
    at: datetime
    repeats: Repeats


def facts_in(order: OrderFacts, basis: Basis) -> Iterator[OrderFact]:
    """Name what an order counts as in the rate of a rule."""
    yield from FACTS[basis.rule.function](order, basis)


def _fact(order: OrderFacts, at: datetime, state: str = "", level: int | None = None) -> OrderFact:
    found = order.received
    out = order.last("excluded")
    excluded = out is not None and out.holds
    sort = OrderSort(state, level, "recalled" in order.steps, "merged" in order.steps, excluded)
    return OrderFact(found.order_id, found, order.unit, local_date(at), sort, by=out.by if excluded else "")


def _accepted(order: OrderFacts, _basis: Basis) -> Iterator[OrderFact]:
    state = "refused" if order.refused else "opened" if "opened" in order.steps else "waiting"
    yield _fact(order, order.received.received_at, state)


def _repeated(order: OrderFacts, basis: Basis) -> Iterator[OrderFact]:
    again = basis.repeats.repeats(order.received, basis.rule.within_days)
    yield _fact(order, order.received.received_at, "repeated" if again else "new")


def _about_office(order: OrderFacts, _basis: Basis) -> Iterator[OrderFact]:
    yield _fact(order, order.received.received_at, "about_office" if order.about_office else "other")


def _worked(order: OrderFacts, basis: Basis) -> Iterator[OrderFact]:
    last = order.last("dispatched")
    if last is None:
        return
    done = _since(order, "answered", last)
    open_state = "overdue" if last.due_at < basis.at else "not_due"
    state = _gone(order, last) or (open_state if done is None else "late" if done.holds else "in_time")
    yield _fact(order, last.due_at if basis.rule.counted_on == "due" else last.at, state)


def _contacted(order: OrderFacts, basis: Basis) -> Iterator[OrderFact]:
    last = order.last("dispatched")
    if last is None:
        return
    done = _since(order, "contacted", last)
    state = _gone(order, last) or ("waiting" if done is None else "late" if done.holds else "in_time")
    yield _fact(order, last.due_at if basis.rule.counted_on == "due" else last.at, state)


def _gone(order: OrderFacts, dispatch: Any) -> str:  # noqa: ANN401 - a row.
    """Say why nothing is owed by the unit of a dispatch; empty where it is."""
    if order.refused:
        return "refused"
    return "returned" if order.returned(dispatch.hop) else ""


def _since(order: OrderFacts, kind: str, dispatch: Any) -> Any:  # noqa: ANN401 - rows.
    """Give the last word of a kind since a dispatch; a unit that had it before can't answer for the next."""
    last = order.last(kind)
    return last if last is not None and last.sequence > dispatch.sequence else None


def _dispatches(order: OrderFacts, _basis: Basis) -> Iterator[OrderFact]:
    for hop, one in sorted({one.hop: one for one in order.steps.get("dispatched", ())}.items()):
        fact = _fact(order, one.at, "returned" if order.returned(hop) else "kept")
        yield fact._replace(fact_id=f"{fact.fact_id}#{hop:04d}", unit=one.unit_id)


def _resolved(order: OrderFacts, _basis: Basis) -> Iterator[OrderFact]:
    visits = _visits(order)
    if visits:
        told = [one for one in visits if one.holds and one.word]
        last = (told or visits)[-1]
        yield _fact(order, last.at, last.word if told else "")


def _rated(order: OrderFacts, _basis: Basis) -> Iterator[OrderFact]:
    visits = _visits(order)
    if visits:
        told = [one for one in visits if one.holds and one.level is not None]
        last = (told or visits)[-1]
        yield _fact(order, last.at, level=last.level if told else None)


def _visits(order: OrderFacts) -> list[Any]:
    """Give the visits of the platform and ours, by when they were."""
    both = [*order.steps.get("visited", ()), *order.steps.get("revisited", ())]
    return sorted(both, key=lambda one: (one.at, one.kind, one.sequence))


FACTS: Mapping[str, Callable[[OrderFacts, Basis], Iterator[OrderFact]]] = {
    "orders_accepted": _accepted,
    "orders_finished": _worked,
    "orders_on_time": _worked,
    "orders_contacted": _contacted,
    "orders_resolved": _resolved,
    "orders_of_levels": _rated,
    "orders_returned": _dispatches,
    "orders_repeated": _repeated,
    "orders_about_office": _about_office,
}
