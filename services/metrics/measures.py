"""Measures: registered functions over facts, and the table that binds targets to them by name and unit.

Invariant: a target that no row of `measures.json` names has no present value; nothing is guessed from its wording.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from services.metrics import domain
from services.metrics.domain import Rate, Standing, TaskCell
from services.metrics.rates.standing import ACTIVITY, SATISFACTION

UNBOUND = "未接入测量"
TABLE = Path(__file__).with_name("measures.json")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that a measure may look at: rates of all ratings by their names, and the tasks by plan."""

    ratings: Mapping[str, Rate]
    tasks: Mapping[str, Sequence[TaskCell]]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What a target stands at.

    Attributes:
        value: In the target's own unit; None when there is none.
        why: 已测量, or why there is no value.
        measure: Name of the registered function, or empty.
        rate: How a percentage was counted.
    """

    value: Decimal | None
    why: str
    measure: str = ""
    rate: Rate | None = None


Measure = Callable[[Facts, str], Reading]  # The facts and the target's plan.


def _percent(rate: Rate) -> Reading:
    return Reading(None if rate.value is None else rate.value.scaleb(2), rate.standing.value, rate=rate)


def _of_ratings(facts: Facts, name: str) -> Reading:
    rate = facts.ratings.get(name)
    return Reading(None, Standing.NOTHING.value) if rate is None else _percent(rate)


def rating_satisfaction(facts: Facts, _plan: str) -> Reading:
    """Measure 满意率 over all units, in %, by the rule in force."""
    return _of_ratings(facts, SATISFACTION)


def rating_activity(facts: Facts, _plan: str) -> Reading:
    """Measure 主动评价率 over all units, in %, by the rule in force."""
    return _of_ratings(facts, ACTIVITY)


def task_on_time(facts: Facts, plan: str) -> Reading:
    """Measure 按期办结率 of the plan's tasks, in %; see `domain.on_time`."""
    return _percent(domain.on_time(facts.tasks.get(plan, ()), as_of=facts.as_of))


def task_overdue(facts: Facts, plan: str) -> Reading:
    """Measure how many of the plan's tasks are open past their due instant."""
    overdue = domain.overdue(facts.tasks.get(plan, ()), now=facts.as_of)
    return Reading(Decimal(overdue), Standing.MEASURED.value)


# The one list of measures; `measures.json` binds targets to these names.
MEASURES: dict[str, Measure] = {
    "ratings.satisfaction": rating_satisfaction,
    "ratings.activity": rating_activity,
    "tasks.on_time": task_on_time,
    "tasks.overdue": task_overdue,
}


@cache
def bindings() -> Mapping[tuple[str, str], str]:
    """Read the table: which measure stands for a target of this name and unit."""
    rows = json.loads(TABLE.read_text("utf-8"))
    return {(name, unit): row["measure"] for row in rows for name in row["names"] for unit in row["units"]}


def read_target(name: str, unit: str, *, plan: str, facts: Facts) -> Reading:
    """Measure the target of `plan` called `name`, in `unit`, or say that nothing measures it."""
    measure = bindings().get((name, unit))
    if measure is None:
        return Reading(None, UNBOUND)
    return replace(MEASURES[measure](facts, plan), measure=measure)
