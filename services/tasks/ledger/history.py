"""The history of a task: one row for each step, with a snapshot of the whole task right after it.

Invariant: rows are only added; the last row of a task before an instant is what the ledger said at that instant.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar

from pydantic_core import to_jsonable_python
from sqlalchemy import Column, ColumnDefault, Date

from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import UnitOnTask
from services.tasks.ledger.repository import Held
from services.tasks.models import ClockRow, PartRow, RevisionRow, TaskRow
from shared.errors import Conflict
from shared.tables import UtcDateTime

# Long text stays with the task: it changes with documents only, and those name the change.
LEFT_OUT = frozenset({"body"})
RETELLING = frozenset({"revise", "edit"})  # Entries whose changes may name it, with the old text first.
R = TypeVar("R", TaskRow, ClockRow, PartRow)


def check_revision(task: TaskRow, expected: int | None) -> None:
    """Pass when nobody changed the task since the revision that somebody looked at; None asks for no check.

    Raises:
        Conflict: It has changed.
    """
    if expected is not None and expected != task.revision:
        message = (
            f"事项 {task.id} 已变更（现为第 {task.revision} 版，您看到的是第 {expected} 版），请刷新后再办"
        )
        raise Conflict(message, code="task.changed", field="if_revision", revision=task.revision)


def add_revision(deed: Deed, held: Held, entry: RevisionRow) -> None:
    """Give the task its next revision number and write `entry` into its history under it."""
    act, task = deed.act, held.task
    task.revision += 1
    entry.task_id, entry.revision, entry.to_state = task.id, task.revision, task.state
    entry.at, entry.entered_at, entry.by = act.at, act.entered_at, act.actor.id
    held.entry = entry
    deed.tx.session.add(entry)


def complete(held: Held) -> None:
    """Put the snapshot into the row that `add_revision` wrote, once clocks and light have followed.

    It has to happen before the row is flushed: the database refuses a later change.
    """
    if held.entry is not None:
        held.entry.snapshot = snapshot(held)
        held.entry = None


def snapshot(held: Held) -> dict[str, Any]:
    """Write down the whole task: its columns, units, parts and clocks, as JSON values."""
    return {
        **_columns(held.task, LEFT_OUT),
        "units": [[unit.role, unit.unit_id] for unit in held.units],
        "parts": [_columns(part, {"task_id"}) for part in held.parts.values()],
        "clocks": [_columns(clock, {"task_id"}) for clock in held.clocks.values()],
    }


def _columns(row: TaskRow | PartRow | ClockRow, left_out: frozenset[str] | set[str]) -> dict[str, Any]:
    names = (column.key for column in row.__table__.columns if column.key not in left_out)
    values: dict[str, Any] = to_jsonable_python({name: getattr(row, name) for name in names})
    return values


def restore(snapshot: Mapping[str, Any], collectives: Collection[str]) -> Held:
    """Build a task again from its snapshot, on rows that belong to no session; its long text is not among them.

    Columns that came after the snapshot have their defaults.
    """
    task = _row(TaskRow, snapshot)
    clocks = [_row(ClockRow, {"task_id": task.id, **said}) for said in snapshot["clocks"]]
    parts = [_row(PartRow, {"task_id": task.id, **said}) for said in snapshot["parts"]]
    return Held(
        task,
        units=tuple(
            UnitOnTask(unit_id, role, collective=unit_id in collectives)
            for role, unit_id in snapshot["units"]
        ),
        clocks={clock.name: clock for clock in sorted(clocks, key=attrgetter("name"))},
        parts={part.unit_id: part for part in sorted(parts, key=attrgetter("unit_id"))},
    )


def _row(model: type[R], said: Mapping[str, Any]) -> R:
    columns = (column for column in model.__mapper__.columns if column.key not in LEFT_OUT)
    return model(**{column.key: _value(column, said) for column in columns})


def _value(column: Column[Any], said: Mapping[str, Any]) -> object:
    if column.key not in said:
        return column.default.arg if isinstance(column.default, ColumnDefault) else None
    value = said[column.key]
    if value is None or not isinstance(column.type, Date | UtcDateTime):
        return value
    return (date if isinstance(column.type, Date) else datetime).fromisoformat(value)
