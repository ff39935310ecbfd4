"""Summaries of the feeds that were compiled, and which kinds are."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feed_summary",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("compiled_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "period", "version", name="uq_feed_summary"),
    )
    op.create_table(
        "feed_summary_kind",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(length=100), nullable=False),
        sa.Column("set_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("feed_summary_kind")
    op.drop_table("feed_summary")
