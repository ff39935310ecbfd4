"""What units are asked to report, once for a task and month."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "report_round",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("asked_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("period"),
    )
    op.create_table(
        "report_ask",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"]),
        sa.PrimaryKeyConstraint("task_id", "period"),
    )
    op.create_index("ix_report_ask_asked_at", "report_ask", ["asked_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("report_ask")
    op.drop_table("report_round")
