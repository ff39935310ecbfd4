"""Sources that are asked: their plans and cursors; when a source was heard last, and from when its silence counts."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table and the columns."""
    time = shared.tables.UtcDateTime(timezone=True)
    op.create_table(
        "feed_pull",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("held_until", time, nullable=False),
        sa.Column("next_at", time, nullable=False),
        sa.Column("last_at", time, nullable=True),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("failed_runs", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_at", time, nullable=True),
        sa.Column("changed_at", time, nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
    )
    with op.batch_alter_table("feed_source") as table:
        table.add_column(sa.Column("silent_after", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("watched_from", time, nullable=True))
        table.add_column(sa.Column("heard_at", time, nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("feed_source") as table:
        for name in ("heard_at", "watched_from", "silent_after"):
            table.drop_column(name)
    op.drop_table("feed_pull")
