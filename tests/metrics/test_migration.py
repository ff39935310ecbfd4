"""The migrated database is the one that the models describe, and what waited before an upgrade still leaves."""

from datetime import UTC, date, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from services.metrics.indicators.repository import goals, issued, targets
from services.metrics.models import Base
from services.metrics.rates.repository_units import units
from shared import migrations
from shared.tables import BUS

RATING = """
    INSERT INTO rating (rating_id, unit_code, channel, level, is_default, rated_at, day)
    VALUES ('r1', 'u1', 'pc', 5, false, '2023-06-20 01:00:00', '2023-06-20')
"""


def test_the_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/metrics.db"
    migrations.upgrade("metrics", url)

    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, [Base.metadata, BUS])  # type: ignore[arg-type]  # It takes several.

    assert differences == []


def test_a_migration_can_be_undone_and_done_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/metrics.db"
    migrations.upgrade("metrics", url)
    command.downgrade(migrations.configuration("metrics", url), "base")
    left = inspect(create_engine(url)).get_table_names()
    migrations.upgrade("metrics", url)

    assert left == ["alembic_version"]


def test_a_rating_from_before_counts_as_received_when_it_was_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/metrics.db"
    command.upgrade(migrations.configuration("metrics", url), "0005")
    with create_engine(url).begin() as connection:
        connection.execute(text(RATING))

    migrations.upgrade("metrics", url)

    with create_engine(url).connect() as connection:
        row = connection.execute(text("SELECT position, received_at, source_id, clerk FROM rating")).one()
    assert tuple(row) == (1, "2023-06-20 01:00:00", "", "")


KNOWN = (
    """INSERT INTO task (task_id, kind, plan_id, number, ongoing, in_year_scope, revision, sequence)
    VALUES ('t1', 'action', 'p01', '1', false, true, 1, 1)""",
    """INSERT INTO task_state (task_id, state, since, late, revision, sequence)
    VALUES ('t1', 'submitted', '2023-06-20 01:00:00', false, 2, 5)""",
    """INSERT INTO task_submission (task_id, submitted_at, revision, sequence)
    VALUES ('t1', '2023-06-20 01:00:00', 2, 5)""",
    """INSERT INTO task_measure (measure_id, task_id, measure, state, revision, sequence)
    VALUES ('m1', 't1', 'talk', 'taken', 2, 6)""",
)


def test_the_last_words_on_tasks_from_before_go_over_as_steps(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/metrics.db"
    command.upgrade(migrations.configuration("metrics", url), "0007")
    with create_engine(url).begin() as connection:
        for statement in KNOWN:
            connection.execute(text(statement))

    migrations.upgrade("metrics", url)

    asked = "SELECT sequence, kind, state, word, plan_id FROM task_step ORDER BY sequence"
    with create_engine(url).connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(asked))]
    assert rows == [
        (1, "registered", "", "", "p01"),
        (5, "submitted", "submitted", "", None),
        (6, "measure_taken", "", "talk", None),
    ]


CATALOGUE = (
    """INSERT INTO unit (unit_id, name, kind, collective, revision, sequence)
    VALUES ('u1', '政务中心', 'centre', false, 3, 9), ('u2', '税务局', 'department', false, 1, 2)""",
    "INSERT INTO unit_code (unit_id, code) VALUES ('u1', 'a'), ('u1', 'b')",
    """INSERT INTO plan (plan_id, title, issued_on, tasks, revision, sequence)
    VALUES ('p01', '方案', '2023-04-25', 9, 1, 3)""",
    """INSERT INTO stage_goal
    (goal_id, plan_id, operator, value, due_on, due_at, scope, strength, withdrawn, revision, sequence)
    VALUES ('g1', 'p01', '>=', 60, '2023-06-30', '2023-06-30 15:59:59', '', 'must', false, 2, 8)""",
    """INSERT INTO target (target_id, plan_id, name, operator, value, unit, strength, withdrawn, revision, sequence)
    VALUES ('t1', 'p01', '满意率', '>=', 99, '%', 'must', false, 2, 7)""",
)


def test_the_last_words_on_the_catalogue_from_before_hold_from_the_beginning(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/metrics.db"
    command.upgrade(migrations.configuration("metrics", url), "0016")
    with create_engine(url).begin() as connection:
        for statement in CATALOGUE:
            connection.execute(text(statement))

    migrations.upgrade("metrics", url)

    then = datetime(2023, 5, 1, tzinfo=UTC)
    with create_engine(url).connect() as connection:
        known, before = (units(connection, at) for at in (None, then))
        assert known == before
        assert before.codes == {"u1": ("a", "b")}
        assert [row.value for row in targets(connection, then)] == [99]
        assert [row.goal_id for row in goals(connection, then)] == ["g1"]
        assert issued(connection, then) == issued(connection, None) == {"p01": date(2023, 4, 25)}
