"""What is known of hotline orders, so that each step of one is taken once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feed_order",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("received_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("recalled_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_order_step",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("sort", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "sort", "number"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("feed_order_step")
    op.drop_table("feed_order")
