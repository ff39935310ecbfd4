"""The functions of rates of hotline orders: each says of a sort of orders where it stands in the rate.

Invariant: pure, as all functions of rates are; an order that a named person excluded counts in none of them.
"""

from collections.abc import Hashable
from typing import NamedTuple, cast

from services.metrics.rates.domain import EXCLUDED_BY_PERSON, Part, RateRule, Verdict


class OrderSort(NamedTuple):
    """A sort of orders, or of dispatches or visits of them.

    Attributes:
        state: What the rate asks: `opened`, `refused`, `waiting` of 受理; `in_time`, `late`, `overdue`, `not_due`,
            `returned`, `refused` of 办结; `in_time`, `late`, `waiting` of 联系; `yes`, `partly`, `no` of 解决, empty
            where nobody said; `returned`, `kept` of a dispatch; `repeated`, `new`, or `about_office`, `other` of what
            came in.
        level: Of satisfaction; None where nobody said, or it is not asked.
    """

    state: str = ""
    level: int | None = None
    recalled: bool = False
    merged: bool = False
    excluded: bool = False


def orders_accepted(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge an order by whether it was taken up: 受理率."""
    found = cast("OrderSort", sort)
    return _left_out(found, rule) or _part(counts=found.state == "opened")


def orders_finished(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a dispatched order by whether it was answered: 办结率."""
    found = cast("OrderSort", sort)
    return _not_owed(found, rule) or _part(counts=found.state in {"in_time", "late"})


def orders_on_time(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a dispatched order by whether it was answered within its limit: 按期办结率."""
    found = cast("OrderSort", sort)
    return _not_owed(found, rule) or _part(counts=found.state == "in_time")


def orders_contacted(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a dispatched order by whether its caller was contacted within the limit: 响应率."""
    found = cast("OrderSort", sort)
    return _not_owed(found, rule) or _part(counts=found.state == "in_time")


def orders_resolved(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge an order by what its caller said of it last: 解决率."""
    found = cast("OrderSort", sort)
    if left_out := _left_out(found, rule):
        return left_out
    return _part(counts=found.state == "yes") if found.state else Verdict(Part.EXCLUDED, reason="no_answer")


def orders_of_levels(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge an order by how satisfied its caller was last: 满意率."""
    found = cast("OrderSort", sort)
    if left_out := _left_out(found, rule):
        return left_out
    if found.level is None:
        return Verdict(Part.EXCLUDED, reason="no_answer")
    return _part(counts=found.level in rule.levels)


def orders_returned(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a dispatch by whether it was given back, which was granted: 退单率."""
    found = cast("OrderSort", sort)
    return _left_out(found, rule) or _part(counts=found.state == "returned")


def orders_repeated(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge an order by whether it says an earlier one again: 重复率."""
    found = cast("OrderSort", sort)
    return _left_out(found, rule) or _part(counts=found.state == "repeated")


def orders_about_office(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge an order by whether it complains about an office itself: 处投诉占比."""
    found = cast("OrderSort", sort)
    return _left_out(found, rule) or _part(counts=found.state == "about_office")


def _part(*, counts: bool) -> Verdict:
    return Verdict(Part.NUMERATOR if counts else Part.DENOMINATOR)


def _left_out(found: OrderSort, rule: RateRule) -> Verdict | None:
    if found.excluded:
        return Verdict(Part.EXCLUDED, reason=EXCLUDED_BY_PERSON)
    if found.recalled and "recalled" in rule.exclude:
        return Verdict(Part.EXCLUDED, reason="recalled")
    if found.merged and "merged" in rule.exclude:
        return Verdict(Part.EXCLUDED, reason="merged")
    return None


def _not_owed(found: OrderSort, rule: RateRule) -> Verdict | None:
    if left_out := _left_out(found, rule):
        return left_out
    if found.state in {"refused", "returned"} or (found.state == "not_due" and rule.owed == "due"):
        return Verdict(Part.EXCLUDED, reason=found.state)
    return None
