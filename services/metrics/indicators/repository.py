"""Reads what indicators are made of, and keeps what people say of them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, FromClause, func, select

from services.metrics.indicators.domain_values import Reported
from services.metrics.models import (
    IndicatorMissed,
    IndicatorSetting,
    IndicatorValue,
    Plan,
    StageGoal,
    Target,
    TargetWord,
    Task,
    Unit,
)
from services.metrics.repository import insert_into, table_of
from services.metrics.repository_words import registrations, standing


def targets(connection: Connection, as_of: datetime | None) -> list[Any]:
    """Read the targets in force, now or at an instant, with the unit that answers for their task, by plan and id."""
    said = standing(Target, as_of)
    if as_of is None:
        tasks: FromClause = table_of(Task)
        unit = tasks.c.answering_unit
    else:
        named = select(TargetWord.task_id).where(TargetWord.task_id.is_not(None))
        tasks = registrations(named, as_of)
        unit = tasks.c.unit_id
    query = (
        select(said, unit.label("answering_unit"))
        .outerjoin(tasks, tasks.c.task_id == said.c.task_id)
        .where(said.c.withdrawn.is_(other=False))
        .order_by(said.c.plan_id, said.c.target_id)
    )
    return list(connection.execute(query))


def goals(connection: Connection, as_of: datetime | None) -> list[Any]:
    """Read the stage goals in force, now or at an instant, by plan and day."""
    said = standing(StageGoal, as_of)
    query = select(said).where(said.c.withdrawn.is_(other=False))
    return list(connection.execute(query.order_by(said.c.plan_id, said.c.due_at, said.c.goal_id)))


def issued(connection: Connection, as_of: datetime | None) -> dict[str, date | None]:
    """Read on which day each plan was issued, as it is or was told by an instant."""
    said = standing(Plan, as_of)
    return {
        row.plan_id: row.issued_on for row in connection.execute(select(said.c.plan_id, said.c.issued_on))
    }


def unit_ids(connection: Connection, as_of: datetime | None) -> dict[str, str]:
    """Read the ids of units by their names, as they are or were told by an instant."""
    said = standing(Unit, as_of)
    rows = connection.execute(select(said.c.name, said.c.unit_id).order_by(said.c.unit_id.desc()))
    return {row.name: row.unit_id for row in rows}


def settings(connection: Connection, as_of: datetime) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """Read what planners set last of each indicator, up to an instant: version and changes."""
    query = select(table_of(IndicatorSetting)).where(IndicatorSetting.set_at <= as_of)
    rows = connection.execute(query.order_by(IndicatorSetting.version))
    return {row.indicator_id: (row.version, row.changes) for row in rows}


def values(connection: Connection, indicator_id: str | None = None) -> dict[str, list[Reported]]:
    """Read all values ever reported, of one indicator or of each, in the order in which they were."""
    query = select(table_of(IndicatorValue)).order_by(IndicatorValue.indicator_id, IndicatorValue.number)
    if indicator_id is not None:
        query = query.where(IndicatorValue.indicator_id == indicator_id)
    found: dict[str, list[Reported]] = {}
    for row in connection.execute(query):
        found.setdefault(row.indicator_id, []).append(_reported(row))
    return found


def missed(connection: Connection, as_of: datetime) -> dict[str, dict[str, date]]:
    """Read which periods were not reported in time, with their due days, as decided by an instant."""
    query = select(table_of(IndicatorMissed)).where(IndicatorMissed.decided_at <= as_of)
    found: dict[str, dict[str, date]] = {}
    for row in connection.execute(query.order_by(IndicatorMissed.due_on)):
        found.setdefault(row.indicator_id, {})[row.period] = row.due_on
    return found


def add_value(connection: Connection, one: Reported) -> bool:
    """Keep a value; tells whether it is kept: not when another took its number, or corrected the same one, before."""
    row = {name: getattr(one, name) for name in Reported.__dataclass_fields__}
    row |= {"value": str(one.value), "evidence": list(one.evidence)}
    new = insert_into(IndicatorValue, connection.dialect.name).values(row)
    kept = connection.execute(new.on_conflict_do_nothing().returning(IndicatorValue.number))
    return kept.first() is not None


def add_setting(connection: Connection, values: Mapping[str, object]) -> int:
    """Keep a new version of a setting; gives its number."""
    own = IndicatorSetting.indicator_id == values["indicator_id"]
    last = connection.scalar(select(func.max(IndicatorSetting.version)).where(own)) or 0
    connection.execute(table_of(IndicatorSetting).insert().values(version=last + 1, **values))
    return last + 1


def add_missed(connection: Connection, values: Mapping[str, object]) -> bool:
    """Keep that a period was not reported in time; tells whether that was not known before."""
    new = insert_into(IndicatorMissed, connection.dialect.name).values(values)
    kept = connection.execute(new.on_conflict_do_nothing().returning(IndicatorMissed.period))
    return kept.first() is not None


def _reported(row: Any) -> Reported:  # noqa: ANN401 - a row.
    values = {name: getattr(row, name) for name in Reported.__dataclass_fields__}
    return Reported(**values | {"value": Decimal(row.value), "evidence": tuple(row.evidence)})
