"""The migrated database is the one that the models describe, and what waited before an upgrade still leaves."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from services.notify.models import Base
from shared import migrations
from shared.tables import BUS

NOTICE = """
    INSERT INTO notices (id, task_id, clock, due_at, rung, offset_days, occurrence, recipient, planned_at,
        decided_at, verdict, late, behind, rules_version, text)
    VALUES ('n', 't', 'finish', '2023-06-30 15:59:59', 'due', 0, 1, 'u1', '2023-06-30 01:00:00',
        '2023-06-30 01:00:01', 'send', 0, 0, 1, 'x')
"""
BEGUN = """
    INSERT INTO deliveries (notice_id, channel, number, outcome, detail, next_try_at, begun_at)
    VALUES ('n', 'log', 1, 'sending', '', '2023-06-30 01:00:01', '2023-06-30 01:00:02')
"""


def test_the_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/notify.db"
    migrations.upgrade("notify", url)

    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, [Base.metadata, BUS])  # type: ignore[arg-type]  # It takes several.

    assert differences == []


def test_a_migration_can_be_undone_and_done_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/notify.db"
    migrations.upgrade("notify", url)
    command.downgrade(migrations.configuration("notify", url), "base")
    left = inspect(create_engine(url)).get_table_names()
    migrations.upgrade("notify", url)

    assert left == ["alembic_version"]


def test_an_attempt_that_an_upgrade_left_without_answer_is_unknown_and_repeated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/notify.db"
    command.upgrade(migrations.configuration("notify", url), "0003")
    with create_engine(url).begin() as connection:
        connection.execute(text(NOTICE))
        connection.execute(text(BEGUN))

    migrations.upgrade("notify", url)

    with create_engine(url).connect() as connection:
        query = "SELECT number, outcome, haste, not_before FROM deliveries ORDER BY number"
        rows = [tuple(row) for row in connection.execute(text(query))]
    decided = "2023-06-30 01:00:01"
    assert rows == [(1, "unknown", "routine", decided), (2, "waiting", "routine", decided)]
