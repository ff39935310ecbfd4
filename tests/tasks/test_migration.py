"""The migrated database is the one that the models describe."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, insert, inspect, select

from services.tasks.models import Base, PartRow, UnitNameRow
from shared import migrations
from shared.tables import BUS, HEADS


# SQLAlchemy can't read the index by days back, since that is one of an expression.
@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_task_(plan_)?due"
)
@pytest.mark.filterwarnings(
    "ignore:autogenerate skipping metadata-specified expression-based index 'ix_task_(plan_)?due'"
)
def test_the_first_migration_makes_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tasks.db"
    migrations.upgrade("tasks", url)

    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, [Base.metadata, BUS])  # type: ignore[arg-type]  # It takes several.

    assert differences == []


def test_the_stream_begins_before_its_first_event(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tasks.db"
    migrations.upgrade("tasks", url)

    with create_engine(url).connect() as connection:
        assert connection.execute(select(HEADS)).all() == [("supervision", 0)]


@pytest.mark.slow
def test_a_migration_can_be_undone_and_done_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tasks.db"
    migrations.upgrade("tasks", url)
    command.downgrade(migrations.configuration("tasks", url), "base")
    left = inspect(create_engine(url)).get_table_names()
    migrations.upgrade("tasks", url)

    assert left == ["alembic_version"]


def of_version_1(url: str) -> None:
    """Make a database as version 1 left it: 甲 answers for a task under way, 乙 is responsible too."""
    command.upgrade(migrations.configuration("tasks", url), "0001")
    engine, tables = create_engine(url), MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for name in ("a", "b"):
            unit = {"id": name, "name": name, "kind": "department", "collective": False, "revision": 1}
            connection.execute(insert(tables.tables["unit"]).values(unit))
        task: dict[str, object] = {"id": "t", "sort_key": "1", "source": "plan", "number": "1", "title": "甲"}
        task |= {"body": "", "light": "green"}
        task |= {"kind": "action", "state": "in_progress", "progress": 40, "revision": 4, "lights": 1}
        task |= {"ongoing": False, "in_year_scope": True, "answering_unit": "a", "answering_assumed": False}
        connection.execute(insert(tables.tables["task"]).values(task))
        for ordinal, (unit_id, role) in enumerate([("a", "lead"), ("b", "responsible")]):
            row = {"task_id": "t", "role": role, "unit_id": unit_id, "ordinal": ordinal}
            connection.execute(insert(tables.tables["task_unit"]).values(row))
    engine.dispose()


@pytest.mark.slow
def test_what_was_assigned_under_version_1_gets_the_parts_and_names_of_its_units(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tasks.db"
    of_version_1(url)

    migrations.upgrade("tasks", url)

    with create_engine(url).connect() as connection:
        parts = connection.execute(select(PartRow.unit_id, PartRow.state, PartRow.progress))
        assert sorted(map(tuple, parts)) == [("a", "in_progress", 40), ("b", "assigned", 0)]
        names = connection.execute(select(UnitNameRow.unit_id, UnitNameRow.name))
        assert sorted(map(tuple, names)) == [("a", "a"), ("b", "b")]
