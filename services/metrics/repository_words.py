"""Units, plans, targets and stage goals as they stand, or stood: the newest word on each, of those told by an instant.

Invariant: as of an instant that has not passed they are what their own tables hold.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Select, func, select

from services.metrics.models import (
    Base,
    Plan,
    PlanWord,
    StageGoal,
    StageGoalWord,
    Target,
    TargetWord,
    TaskStep,
    Unit,
    UnitWord,
)
from services.metrics.repository import table_of

WORDS: Mapping[type[Base], type[Base]] = {
    Unit: UnitWord,
    Plan: PlanWord,
    StageGoal: StageGoalWord,
    Target: TargetWord,
}


def standing(fact: type[Base], as_of: datetime | None) -> FromClause:
    """Give what is known of each subject, at an instant or now, in the columns of `fact`."""
    table = table_of(fact)
    if as_of is None:
        return table
    (key,) = (column.name for column in table.primary_key)
    return newest(select(table_of(WORDS[fact])), key, as_of)


def newest(words: Select[Any], key: str, as_of: datetime) -> FromClause:
    """Give the newest of some words on each subject, of those told by an instant; they have the columns of a word."""
    said = words.subquery()
    order = said.c.revision.desc(), said.c.sequence.desc()
    place = func.row_number().over(partition_by=said.c[key], order_by=order).label("place")
    ranked = select(said, place).where(said.c.told_at <= as_of).subquery()
    return select(*(ranked.c[name] for name in said.c.keys())).where(ranked.c.place == 1).subquery()  # noqa: SIM118


def registrations(tasks: Select[Any], as_of: datetime) -> FromClause:
    """Give what the named tasks were registered as by an instant: steps of theirs."""
    own = TaskStep.kind == "registered", TaskStep.task_id.in_(tasks)
    return newest(select(table_of(TaskStep)).where(*own), "task_id", as_of)
