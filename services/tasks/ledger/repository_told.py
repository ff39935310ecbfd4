"""Reads what the tables hold of every task, in the fields that events tell, on one snapshot."""

from collections import defaultdict

from sqlalchemy import Connection, select

from services.tasks.ledger.domain_told import Value, clock_facts, extension_facts, roles_text
from services.tasks.models import ClockRow, ExtensionRow, TaskRow, TaskUnitRow
from shared.events import Feed
from shared.tables import HEADS

FEED: Feed = "supervision"
_FIELDS = (
    "kind",
    "plan_id",
    "number",
    "title",
    "level",
    "ongoing",
    "in_year_scope",
    "deadline",
    "answering_unit",
    "state",
    "closed_at",
    "light",
)


def read_ledger(connection: Connection) -> tuple[int, dict[str, dict[str, Value]]]:
    """Give the last sequence of the feed that the tables stand at, and the facts of every task by its id."""
    head = connection.scalar(select(HEADS.c.last_seq).where(HEADS.c.stream == FEED)) or 0
    return head, _tasks(connection)


def _tasks(connection: Connection) -> dict[str, dict[str, Value]]:
    columns = [getattr(TaskRow, name) for name in _FIELDS]
    rows = connection.execute(select(TaskRow.id, *columns)).all()
    found: dict[str, dict[str, Value]] = {row[0]: dict(zip(_FIELDS, row[1:], strict=True)) for row in rows}
    roles = defaultdict[str, list[tuple[str, str]]](list)
    for task_id, role, unit in connection.execute(
        select(TaskUnitRow.task_id, TaskUnitRow.role, TaskUnitRow.unit_id)
    ):
        roles[task_id].append((role, unit))
    for task_id, facts in found.items():
        facts["units"] = roles_text(roles[task_id])
        facts["light"] = facts["light"] or None  # Nothing was lit yet.
    _add_clocks(connection, found)
    _add_extensions(connection, found)
    return found


def _add_clocks(connection: Connection, found: dict[str, dict[str, Value]]) -> None:
    clocks = select(
        ClockRow.task_id, ClockRow.name, ClockRow.started_at, ClockRow.due_at, ClockRow.stopped_at
    )
    for task_id, name, started_at, due_at, stopped_at in connection.execute(clocks):
        found[task_id].update(clock_facts(name, started_at, due_at, stopped_at))


def _add_extensions(connection: Connection, found: dict[str, dict[str, Value]]) -> None:
    asked = select(
        ExtensionRow.task_id,
        ExtensionRow.number,
        ExtensionRow.state,
        ExtensionRow.wanted_on,
        ExtensionRow.granted_on,
    )
    for task_id, number, state, wanted_on, granted_on in connection.execute(asked):
        found[task_id].update(extension_facts(number, state, wanted_on, granted_on))
