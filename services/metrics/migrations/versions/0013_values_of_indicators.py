"""Values of indicators that people report, what planners set of them, and what was not reported in time."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "indicator_value",
        sa.Column("indicator_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value_id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("corrects", sa.String(length=64), nullable=True),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("reported_by", sa.String(length=64), nullable=False),
        sa.Column("reported_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("indicator_id", "number"),
        sa.UniqueConstraint("value_id"),
    )
    op.create_index("ix_indicator_value_corrects", "indicator_value", ["corrects"], unique=True)
    op.create_table(
        "indicator_setting",
        sa.Column("indicator_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("set_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("indicator_id", "version"),
    )
    op.create_table(
        "indicator_missed",
        sa.Column("indicator_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("decided_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("indicator_id", "period"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("indicator_missed")
    op.drop_table("indicator_setting")
    op.drop_index("ix_indicator_value_corrects", "indicator_value")
    op.drop_table("indicator_value")
