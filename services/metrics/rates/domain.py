"""What a rate is: a rule that is data, a count that says what it left out and why, and a value rounded by the rule.

Invariant: a rate without its numerator, denominator, exclusions, rule and as-of time does not exist here; below the
rule's minimum it has no value and says 样本不足.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from services.metrics.domain import Standing, rounded

Level = Literal[1, 2, 3, 4, 5]
Kind = Literal["promised", "instant"]
Excludable = Literal["default", "additional", "not_standing", "unreasonable", "recalled", "merged"]
EXCLUDED_BY_PERSON = (
    "excluded"  # Why an order counts in no rate, whatever the rule: a named person approved that.
)


class RateRule(BaseModel):
    """A rule, from the file or as this place set it; which of its choices count depends on its function.

    Attributes:
        function: The registered function that judges each sort of facts; see `functions`.
        levels: Levels of ratings in the numerator.
        kinds: 承诺件 or 即办件.
        exclude: What is left out of numerator and denominator: system ratings `default`, 追加评价 `additional`, bad
            ratings whose verdict is that they do not stand, and those without a legal basis, where nothing can be put
            right but explained, `unreasonable`; orders that were taken back `recalled`, or are dealt with in another
            one, `merged`.
        denominator: Of 主动评价率: all ratings, or the services that were completed.
        owed: Rectifications or orders in the denominator: all, or only those whose limit passed or that are done.
        whom: Who has to be called back: raters who are known, or all for whom a 回访 is owed.
        counted_on: The day of an order: that of its last dispatch, or the last of its limit.
        within_days: Days within which the same caller's next order about the same category is a repeat.
        minimum: Denominator below which there is no value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: str
    title: str
    version: int = Field(ge=1)
    function: str
    text: str
    levels: tuple[Level, ...] = ()
    kinds: tuple[Kind, ...] = ()
    exclude: tuple[Excludable, ...] = ()
    denominator: Literal["ratings", "services"] = "ratings"
    owed: Literal["all", "due"] = "all"
    whom: Literal["named", "owed"] = "named"
    counted_on: Literal["dispatched", "due"] = "dispatched"
    within_days: int = Field(default=30, ge=1, le=366)
    rounding: Literal["down", "half_up"] = "down"
    decimals: int = Field(ge=0, le=8)
    minimum: int = Field(ge=1, le=1_000_000)


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule with who set it; those of the file were set by nobody here."""

    rule: RateRule
    set_by: str = ""
    set_at: datetime | None = None
    why: str = ""

    @property
    def approval(self) -> str:
        """Say by whose word something is left out that the rule leaves out."""
        origin = f"由 {self.set_by} 设定" if self.set_by else "系统默认"
        return f"规则 {self.rule.rate} 第 {self.rule.version} 版（{origin}）"


class Part(StrEnum):
    """Where a fact stands in a rate; what is in the numerator is in the denominator too."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    EXCLUDED = "excluded"


class Verdict(NamedTuple):
    """What a rule says of a sort of facts.

    Attributes:
        weight: What each adds to the numerator.
        reason: Why it is left out.
    """

    part: Part
    weight: int = 1
    reason: str = ""


class Cell(NamedTuple):
    """How many facts of one sort a group has; what corrects other cells may be negative.

    Attributes:
        unit: Unit id, or the code of a unit that the registry does not know.
        key: Code in the dimension, or the period.
        by: Who approved that these do not stand.
    """

    unit: str
    key: str
    sort: Hashable
    number: int
    by: str = ""


class Group(NamedTuple):
    """What a figure is about."""

    unit: str
    key: str


@dataclass(slots=True)
class Exclusion:
    """What was left out for one reason: how many, and by whose approval."""

    count: int = 0
    approved_by: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Figure:
    """One rate of one group."""

    in_force: RuleInForce
    numerator: int = 0
    denominator: int = 0
    exclusions: dict[str, Exclusion] = field(default_factory=dict)

    def add(self, cell: Cell, verdict: Verdict) -> None:
        """Count a cell where its verdict says."""
        if verdict.part is Part.EXCLUDED:
            left_out = self.exclusions.setdefault(verdict.reason, Exclusion())
            left_out.count += cell.number
            if verdict.reason in (*self.in_force.rule.exclude, EXCLUDED_BY_PERSON):
                left_out.approved_by[cell.by or self.in_force.approval] += cell.number
            return
        self.denominator += cell.number
        if verdict.part is Part.NUMERATOR:
            self.numerator += cell.number * verdict.weight

    @property
    def standing(self) -> Standing:
        """Say whether the rate may be read."""
        if self.denominator == 0:
            return Standing.NOTHING
        if self.denominator < self.in_force.rule.minimum:
            return Standing.INSUFFICIENT
        counted_by_services = self.in_force.rule.denominator == "services"
        return (
            Standing.INCONSISTENT
            if counted_by_services and self.numerator > self.denominator
            else Standing.MEASURED
        )

    @property
    def value(self) -> Decimal | None:
        """Give the rate by the rule's rounding; None when it may not be read."""
        if self.standing is not Standing.MEASURED:
            return None
        rule = self.in_force.rule
        half_up = rule.rounding == "half_up"
        return rounded(self.numerator, self.denominator, decimals=rule.decimals, half_up=half_up)


Judge = Callable[[Hashable, RateRule], Verdict]


def tally(cells: Iterable[Cell], in_force: RuleInForce, judge: Judge) -> dict[Group, Figure]:
    """Count the cells of each group; a group of which nothing is left is left out."""
    found: dict[Group, Figure] = {}
    verdicts: dict[Hashable, Verdict] = {}
    for cell in cells:
        verdict = verdicts.get(cell.sort)
        if verdict is None:
            verdict = verdicts[cell.sort] = judge(cell.sort, in_force.rule)
        group = Group(cell.unit, cell.key)
        found.setdefault(group, Figure(in_force)).add(cell, verdict)
    return {group: tidy(figure) for group, figure in sorted(found.items()) if not _is_empty(figure)}


def tidy(figure: Figure) -> Figure:
    """Drop exclusions and approvals of which nothing is left."""
    for exclusion in figure.exclusions.values():
        exclusion.approved_by = +exclusion.approved_by
    figure.exclusions = {reason: one for reason, one in sorted(figure.exclusions.items()) if one.count}
    return figure


def total(figures: Mapping[Group, Figure], in_force: RuleInForce) -> Figure:
    """Add up the figures of all groups."""
    whole = Figure(in_force)
    for figure in figures.values():
        whole.numerator += figure.numerator
        whole.denominator += figure.denominator
        for reason, exclusion in figure.exclusions.items():
            sum_ = whole.exclusions.setdefault(reason, Exclusion())
            sum_.count += exclusion.count
            sum_.approved_by.update(exclusion.approved_by)
    return tidy(whole)


def _is_empty(figure: Figure) -> bool:
    return not (
        figure.numerator or figure.denominator or any(one.count for one in figure.exclusions.values())
    )
