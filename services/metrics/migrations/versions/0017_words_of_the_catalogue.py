"""Every word on units, plans, targets and stage goals, so that the past is read as it stood; what is known goes over.

Of facts from before only the last word is left, and when it was told is not known: it counts as told from the
beginning. `duban rebuild metrics` finds the whole history.
"""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0017"
down_revision = "0016"

BEGINNING = "'2000-01-01 00:00:00+00:00'"
KNOWN = {
    "unit": "unit_id, name, kind, collective",
    "plan": "plan_id, title, issued_on, tasks",
    "stage_goal": "goal_id, plan_id, operator, value, due_on, due_at, scope, strength, withdrawn",
    "target": "target_id, plan_id, task_id, name, operator, value, value_max, unit, due_on, period, strength, "
    "withdrawn",
}
CODES = {
    "sqlite": "(SELECT json_group_array(code) FROM unit_code WHERE unit_code.unit_id = unit.unit_id)",
    "postgresql": """COALESCE((SELECT json_agg(code ORDER BY code) FROM unit_code
        WHERE unit_code.unit_id = unit.unit_id), '[]')""",
}


def upgrade() -> None:
    """Make the tables, and write what is known into them."""
    op.create_table(
        "unit_word",
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("collective", sa.Boolean(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        *_told(),
        sa.PrimaryKeyConstraint("unit_id", "sequence"),
    )
    op.create_table(
        "plan_word",
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("tasks", sa.Integer(), nullable=False),
        *_told(),
        sa.PrimaryKeyConstraint("plan_id", "sequence"),
    )
    op.create_table(
        "stage_goal_word",
        sa.Column("goal_id", sa.String(64), nullable=False),
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(2), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("strength", sa.String(32), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_told(),
        sa.PrimaryKeyConstraint("goal_id", "sequence"),
    )
    op.create_table(
        "target_word",
        sa.Column("target_id", sa.String(64), nullable=False),
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("task_id", sa.String(64), nullable=True),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("operator", sa.String(2), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("value_max", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("period", sa.String(64), nullable=True),
        sa.Column("strength", sa.String(32), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_told(),
        sa.PrimaryKeyConstraint("target_id", "sequence"),
    )
    codes = CODES[op.get_bind().dialect.name]
    for table, columns in KNOWN.items():
        own, more = (", codes", f", {codes}") if table == "unit" else ("", "")
        into = f"{table}_word ({columns}, sequence, revision, told_at{own})"
        op.execute(f"INSERT INTO {into} SELECT {columns}, sequence, revision, {BEGINNING}{more} FROM {table}")  # noqa: S608 - our own.


def _told() -> list[sa.Column[object]]:
    return [
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
    ]


def downgrade() -> None:
    """Drop them."""
    for table in KNOWN:
        op.drop_table(f"{table}_word")
