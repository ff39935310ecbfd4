"""Summaries of the ledger that papers are made of."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "summary",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("compiled_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("paper_state", sa.String(length=16), nullable=True),
        sa.Column("paper_number", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "period", "version", name="uq_summary_period"),
    )
    op.create_table(
        "summary_kind",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("summary_kind")
    op.drop_table("summary")
