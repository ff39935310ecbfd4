"""Rows of the steps of tasks: added once, read by task as they stood at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from services.metrics.feeds.repository import MANY, chunks
from services.metrics.measuring.domain import Scope
from services.metrics.measuring.domain_history import History, Step, histories
from services.metrics.models import TaskStep
from services.metrics.repository import add_once

EMPTY: dict[str, object] = {
    "state": "",
    "due_at": None,
    "late": False,
    "late_by_original": None,
    "word": "",
    "task_kind": "",
    "plan_id": None,
    "unit_id": None,
    "in_year_scope": False,
}


def add(connection: Connection, steps: Iterable[Mapping[str, object]]) -> None:
    """Keep steps; one that is there stays as it is."""
    add_once(connection, TaskStep, [{**EMPTY, **one} for one in steps])


def tasks_in(connection: Connection, scope: Scope, kinds: Sequence[str]) -> list[History]:
    """Read the tasks of some kinds that a scope may be about, each with all that was told of it by then."""
    tasks = select(TaskStep.task_id).where(TaskStep.kind == "registered", TaskStep.task_kind.in_(kinds))
    if scope.unit_id is not None:
        tasks = tasks.where(TaskStep.unit_id == scope.unit_id)
    if scope.plan_id is not None:
        tasks = tasks.where(TaskStep.plan_id == scope.plan_id)
    query = _steps(scope.as_of).where(TaskStep.task_id.in_(tasks))
    return histories(Step(*row) for row in connection.execute(query))


def tasks_named(connection: Connection, ids: Sequence[str], as_of: datetime | None) -> dict[str, History]:
    """Read tasks by their ids, each with all that was told of it, up to an instant or ever."""
    found: list[Step] = []
    for chunk in chunks(ids, MANY):
        query = _steps(as_of).where(TaskStep.task_id.in_(chunk))
        found.extend(Step(*row) for row in connection.execute(query))
    return {one.task_id: one for one in histories(found)}


def _steps(as_of: datetime | None) -> Select[Any]:
    columns = [getattr(TaskStep, name) for name in Step._fields]
    query = select(*columns)
    return query if as_of is None else query.where(TaskStep.told_at <= as_of)
