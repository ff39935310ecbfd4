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
from services.metrics.domain import Rate, RatingCell, Standing, TaskCell

UNBOUND = "未接入测量"
TABLE = Path(__file__).with_name("measures.json")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that a measure may look at: all ratings, and the tasks by plan."""

    ratings: Sequence[RatingCell]
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


def rating_satisfaction(facts: Facts, _plan: str) -> Reading:
    """Measure 满意率 over all units, in %; see `domain.satisfaction`."""
    return _percent(domain.satisfaction(facts.ratings, as_of=facts.as_of))


def rating_activity(facts: Facts, _plan: str) -> Reading:
    """Measure 主动评价率 over all units, in %; see `domain.activity`."""
    return _percent(domain.activity(facts.ratings, as_of=facts.as_of))


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
