"""What is kept of an order, so that a year of them is counted without reading one: what it counts as in every rate.

Invariant: nothing here depends on a rule's choices or on the time: an open order is kept with the instant at which it
will be overdue, and whether it repeats another is found when it is asked.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from services.metrics.rates.domain import RateRule
from services.metrics.rates.facts_orders import Basis, OrderFact, OrderFacts, Repeats, facts_in
from services.metrics.rates.functions import rule_of_file
from shared.clock import local_date

NEVER = datetime.min.replace(tzinfo=UTC)  # Nothing is overdue then.
OPEN = "not_due"  # State of an order that is open, whether or not it is overdue.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of each function the rule by which its facts are found; a place's choices come later, in the question.
RULES: Mapping[str, RateRule] = {
    rate: rule_of_file(rate)
    for rate in (
        "orders.accepted",
        "orders.finished",
        "orders.contacted",
        "orders.resolved",
        "orders.satisfaction",
        "orders.returned",
    )
}


class Hop(NamedTuple):
    """A dispatch of an order."""

    order_id: str
    hop: int
    unit: str
    day: date
    state: str


def kept(order: OrderFacts) -> dict[str, Any]:
    """Give what is kept of an order, by column."""
    received = order.received
    found = {rate: _fact(order, rate) for rate in RULES if rate != "orders.returned"}
    accepted, worked = found["orders.accepted"], found["orders.finished"]
    assert accepted is not None  # noqa: S101 - whatever came in counts there.
    last = order.last("dispatched")
    own: dict[str, Any] = received._asdict()
    own["unit"] = order.unit
    del own["unit_code"]
    return own | {
        "received_us": round((received.received_at - EPOCH).total_seconds() * 1_000_000),
        "received_day": accepted.day,
        "accepted": accepted.sort.state,
        "recalled": accepted.sort.recalled,
        "merged": accepted.sort.merged,
        "excluded": accepted.sort.excluded,
        "excluded_by": accepted.by,
        "dispatched_day": _day(worked),
        "due_at": None if last is None else last.due_at,
        "due_day": None if last is None else local_date(last.due_at),
        "worked": _state(worked),
        "contacted": _state(found["orders.contacted"]),
        "resolved_day": _day(found["orders.resolved"]),
        "resolved": _state(found["orders.resolved"]),
        "about_office": order.about_office,
        "rated_day": _day(found["orders.satisfaction"]),
        "level": _level(found["orders.satisfaction"]),
    }


def hops(order: OrderFacts) -> list[Hop]:
    """Give the dispatches of an order."""
    told = facts_in(order, Basis(RULES["orders.returned"], NEVER, Repeats(())))
    return [
        Hop(one.order.order_id, int(one.fact_id.rpartition("#")[2]), one.unit, one.day, one.sort.state)
        for one in told
    ]


def _fact(order: OrderFacts, rate: str) -> OrderFact | None:
    return next(facts_in(order, Basis(RULES[rate], NEVER, Repeats(()))), None)


def _day(fact: OrderFact | None) -> date | None:
    return None if fact is None else fact.day


def _state(fact: OrderFact | None) -> str:
    return "" if fact is None else fact.sort.state


def _level(fact: OrderFact | None) -> int | None:
    return None if fact is None else fact.sort.level
