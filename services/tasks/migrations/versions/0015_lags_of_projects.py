"""Lags of projects, told once a week."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "project_lag",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["project.task_id"]),
        sa.PrimaryKeyConstraint("task_id", "week"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("project_lag")
