"""What hangs on the newest word on a subject: which words these are, and the roles on tasks."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, select

from services.metrics.feeds.repository import MANY, chunks
from services.metrics.models import Base, TaskRole
from services.metrics.repository import STAMP, Row, stamp_of, table_of
from shared.bulk import insert_rows


def standing(connection: Connection, model: type[Base], rows: Sequence[Row]) -> list[Row]:
    """Give those of `rows`, which were put, that are the newest word on their subject; its key is one column."""
    table = table_of(model)
    (key,) = table.primary_key
    newest = {row[key.name]: row for row in sorted(rows, key=stamp_of)}
    found: dict[object, tuple[int, ...]] = {}
    for chunk in chunks([*newest], MANY):
        query = select(key, *(table.c[name] for name in STAMP)).where(key.in_(chunk))
        found |= {subject: (*stamp,) for subject, *stamp in connection.execute(query)}
    return [row for subject, row in newest.items() if found[subject] == stamp_of(row)]


def replace_roles(connection: Connection, roles: Mapping[str, Iterable[tuple[str, str]]]) -> None:
    """Make `roles` (unit, role) the roles of their tasks; a unit named twice in one role counts once."""
    for chunk in chunks([*roles], MANY):
        connection.execute(delete(TaskRole).where(TaskRole.task_id.in_(chunk)))
    rows = [(task, unit, role) for task, named in roles.items() for unit, role in dict.fromkeys(named)]
    insert_rows(connection, table_of(TaskRole), rows)
