"""The registered functions of rates: each says of a sort of facts where it stands in the rate, by a rule that is data.

Invariant: pure: the same sort and rule give the same verdict; counting and listing rows both ask here, so that a figure
and the rows behind it can't differ.
"""

import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, cast

from pydantic import ValidationError

from services.metrics.rates import functions_orders as of_orders
from services.metrics.rates.domain import Judge, Part, RateRule, Verdict
from shared.errors import Invalid, NotFound

TABLE = Path(__file__).with_name("rates.json")
Family = Literal["ratings", "services", "rectifications", "orders"]
LEVELS = (1, 2, 3, 4, 5)
BASICS = frozenset({"rounding", "decimals", "minimum"})  # What every rule leaves to the place.
OF_ORDERS = BASICS | {"exclude"}


class RatingSort(NamedTuple):
    """A sort of ratings; one that does not `stand` was found to be malicious, mistaken or without a basis."""

    level: int
    is_default: bool
    additional: bool
    stands: bool = True


class ServiceSort(NamedTuple):
    """A sort of services; of open ones it is known whether they are overdue.

    Attributes:
        state: `on_time`, `late`, `overdue`, `not_due`, `paused` or `undated`; or `completed`, for that alone.
    """

    kind: str
    state: str


class RectificationSort(NamedTuple):
    """A sort of rectifications.

    Attributes:
        verdict: What was found last: `founded`, `unreasonable`, `malicious`, `mistaken`; empty while nothing was.
        done: `in_time` or `late` when what was wrong is put right; empty while it is not.
        due: Whether the limit for that has passed.
        owed: Whether a 回访 is owed.
        reached: Whether a 回访 reached the rater.
    """

    verdict: str
    stands: bool
    cancelled: bool
    done: str
    due: bool
    named: bool
    owed: bool
    reached: bool


ALL_RATINGS = [
    RatingSort(level, is_default, additional, stands)
    for level in LEVELS
    for is_default in (False, True)
    for additional in (False, True)
    for stands in (True, False)
]


def ratings_of_levels(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a rating by whether its level is one of the rule's: 满意率, 差评率."""
    found = cast("RatingSort", sort)
    return _left_out(found, rule) or _part(counts=found.level in rule.levels)


def ratings_given(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a rating by whether somebody gave it: 主动评价率; beside services, system ratings stand for nothing."""
    found = cast("RatingSort", sort)
    if left_out := _left_out(found, rule):
        return left_out
    if found.is_default and rule.denominator == "services":
        return Verdict(Part.EXCLUDED, reason="default")
    return _part(counts=not found.is_default)


def ratings_mean_level(sort: Hashable, rule: RateRule) -> Verdict:
    """Weigh a rating by its level: 平均评价等级."""
    found = cast("RatingSort", sort)
    return _left_out(found, rule) or Verdict(Part.NUMERATOR, weight=found.level)


def services_decided(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a service by whether it was done within its limit: 按时办结率."""
    found = cast("ServiceSort", sort)
    if found.kind not in rule.kinds:
        return Verdict(Part.EXCLUDED, reason=found.kind)
    if found.state in {"on_time", "late", "overdue"}:
        return _part(counts=found.state == "on_time")
    return Verdict(Part.EXCLUDED, reason=found.state)


def rectified(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a rectification by whether it is done: 整改率."""
    found = cast("RectificationSort", sort)
    return _not_owed(found, rule) or _part(counts=bool(found.done))


def rectified_in_time(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a rectification by whether it was done within its limit: 按期整改率."""
    found = cast("RectificationSort", sort)
    return _not_owed(found, rule) or _part(counts=found.done == "in_time")


def called_back(sort: Hashable, rule: RateRule) -> Verdict:
    """Judge a rectification by whether its rater was reached again: 回访率."""
    found = cast("RectificationSort", sort)
    if left_out := _void(found, rule):
        return left_out
    if rule.whom == "named" and not found.named:
        return Verdict(Part.EXCLUDED, reason="anonymous")
    if rule.whom == "owed" and not found.owed:
        return Verdict(Part.EXCLUDED, reason="not_owed")
    return _part(counts=found.reached)


@dataclass(frozen=True, slots=True)
class Function:
    """A registered function: what facts it judges, and which choices of a rule it reads."""

    judge: Judge
    family: Family
    choices: frozenset[str]


# The one list of functions; `rates.json` names one for each rate.
FUNCTIONS: Mapping[str, Function] = {
    "ratings_of_levels": Function(ratings_of_levels, "ratings", BASICS | {"levels", "exclude"}),
    "ratings_given": Function(ratings_given, "ratings", BASICS | {"exclude", "denominator"}),
    "ratings_mean_level": Function(ratings_mean_level, "ratings", BASICS | {"exclude"}),
    "services_decided": Function(services_decided, "services", BASICS | {"kinds"}),
    "rectified": Function(rectified, "rectifications", BASICS | {"owed", "exclude"}),
    "rectified_in_time": Function(rectified_in_time, "rectifications", BASICS | {"owed", "exclude"}),
    "called_back": Function(called_back, "rectifications", BASICS | {"whom", "exclude"}),
    "orders_accepted": Function(of_orders.orders_accepted, "orders", OF_ORDERS),
    "orders_finished": Function(of_orders.orders_finished, "orders", OF_ORDERS | {"owed", "counted_on"}),
    "orders_on_time": Function(of_orders.orders_on_time, "orders", OF_ORDERS | {"owed", "counted_on"}),
    "orders_contacted": Function(of_orders.orders_contacted, "orders", OF_ORDERS | {"counted_on"}),
    "orders_resolved": Function(of_orders.orders_resolved, "orders", OF_ORDERS),
    "orders_of_levels": Function(of_orders.orders_of_levels, "orders", OF_ORDERS | {"levels"}),
    "orders_returned": Function(of_orders.orders_returned, "orders", OF_ORDERS),
    "orders_repeated": Function(of_orders.orders_repeated, "orders", OF_ORDERS | {"within_days"}),
    "orders_about_office": Function(of_orders.orders_about_office, "orders", OF_ORDERS),
}
EXCLUDABLE: Mapping[Family, frozenset[str]] = {
    "ratings": frozenset({"default", "additional", "not_standing"}),
    "services": frozenset(),
    "rectifications": frozenset({"not_standing", "unreasonable"}),
    "orders": frozenset({"recalled", "merged"}),
}


@cache
def rules_of_file() -> Mapping[str, RateRule]:
    """Read the table of rules as it was shipped, by rate."""
    rows = [RateRule.model_validate(row) for row in json.loads(TABLE.read_text("utf-8"))]
    return {rule.rate: rule for rule in rows}


def rule_of_file(rate: str) -> RateRule:
    """Give the shipped rule of a rate.

    Raises:
        NotFound: There is no such rate.
    """
    rules = rules_of_file()
    if rate not in rules:
        known = "、".join(f"{name}（{rule.title}）" for name, rule in rules.items())
        raise NotFound(f"没有比率 {rate}，可用：{known}", code="rate.unknown", field="rate")
    return rules[rate]


def function_of(rule: RateRule) -> Function:
    """Give the registered function of a rule."""
    return FUNCTIONS[rule.function]


def changed(rule: RateRule, changes: Mapping[str, object], *, version: int) -> RateRule:
    """Give `rule` with the choices of a place.

    Raises:
        Invalid: A choice is none of its function's, or can't be.
    """
    function = function_of(rule)
    if foreign := sorted(set(changes) - function.choices):
        can = "、".join(sorted(function.choices))
        message = f"{rule.title}不能设定 {foreign[0]}，可设定：{can}"
        raise Invalid(message, code="rate.choice", field=foreign[0])
    try:
        made = RateRule.model_validate(rule.model_dump() | dict(changes) | {"version": version})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"{field} 的值 {first['input']!r} 不可用：{first['msg']}，请改正"
        raise Invalid(message, code="rate.choice", field=field) from error
    _check(made, function)
    return made


def _check(rule: RateRule, function: Function) -> None:
    if "levels" in function.choices and not rule.levels:
        raise Invalid("levels 不能为空，请列出计入分子的等级（1 至 5）", code="rate.choice", field="levels")
    if "kinds" in function.choices and not rule.kinds:
        raise Invalid("kinds 不能为空，请列出 promised 或 instant", code="rate.choice", field="kinds")
    if foreign := sorted(set(rule.exclude) - EXCLUDABLE[function.family]):
        can = "、".join(sorted(EXCLUDABLE[function.family]))
        message = f"{rule.title}不能剔除 {foreign[0]}，可剔除：{can}"
        raise Invalid(message, code="rate.choice", field="exclude")


def sorts_in(sorts: Iterable[Hashable], rule: RateRule, part: Part) -> list[Hashable]:
    """List the sorts whose facts stand behind a part of a rate; those of the numerator are in the denominator too."""
    judge = function_of(rule).judge
    wanted = {Part.NUMERATOR, Part.DENOMINATOR} if part is Part.DENOMINATOR else {part}
    return [sort for sort in sorts if judge(sort, rule).part in wanted]


def _part(*, counts: bool) -> Verdict:
    return Verdict(Part.NUMERATOR if counts else Part.DENOMINATOR)


def _left_out(found: RatingSort, rule: RateRule) -> Verdict | None:
    for reason, applies in (
        ("not_standing", not found.stands),
        ("default", found.is_default),
        ("additional", found.additional),
    ):
        if applies and reason in rule.exclude:
            return Verdict(Part.EXCLUDED, reason=reason)
    return None


def _void(found: RectificationSort, rule: RateRule) -> Verdict | None:
    if not found.stands and "not_standing" in rule.exclude:
        return Verdict(Part.EXCLUDED, reason="not_standing")
    if found.verdict == "unreasonable" and "unreasonable" in rule.exclude:
        return Verdict(Part.EXCLUDED, reason="unreasonable")
    return Verdict(Part.EXCLUDED, reason="cancelled") if found.cancelled else None


def _not_owed(found: RectificationSort, rule: RateRule) -> Verdict | None:
    if left_out := _void(found, rule):
        return left_out
    if rule.owed == "due" and not found.due and not found.done:
        return Verdict(Part.EXCLUDED, reason="not_due")
    return None
