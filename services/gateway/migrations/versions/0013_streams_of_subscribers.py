"""Subscriptions that are streams: what stands in them, how long it stays, and how old it is."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make them."""
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("kind", sa.String(10), nullable=False, server_default="webhook"))
        table.add_column(sa.Column("appended", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("trimmed", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("keep_entries", sa.Integer(), nullable=False, server_default="100000"))
        table.add_column(sa.Column("keep_hours", sa.Integer(), nullable=False, server_default="168"))
    op.create_table(
        "stream_mark",
        sa.Column("subscription", sa.String(40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "at"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("stream_mark")
    with op.batch_alter_table("subscription") as table:
        for name in ("keep_hours", "keep_entries", "trimmed", "appended", "kind"):
            table.drop_column(name)
