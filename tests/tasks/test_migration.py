"""The migrated database is the one that the models describe."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select

from services.tasks.models import Base
from shared import migrations
from shared.tables import BUS, HEADS


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


def test_a_migration_can_be_undone_and_done_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tasks.db"
    migrations.upgrade("tasks", url)
    command.downgrade(migrations.configuration("tasks", url), "base")
    left = inspect(create_engine(url)).get_table_names()
    migrations.upgrade("tasks", url)

    assert left == ["alembic_version"]
