"""Hotline orders: what came in, and every step that was told of it."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hotline_order",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=400), nullable=False),
        sa.Column("category_1", sa.String(length=200), nullable=False),
        sa.Column("region_code", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=200), nullable=False),
        sa.Column("repeats", sa.String(length=200), nullable=False),
        sa.Column("received_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "sequence"),
    )
    op.create_index("ix_hotline_order_received_at", "hotline_order", ["received_at"])
    op.create_index("ix_hotline_order_caller", "hotline_order", ["caller"])
    op.create_table(
        "order_step",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("hop", sa.Integer(), nullable=True),
        sa.Column("due_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "kind", "sequence"),
    )
    op.create_index("ix_order_step_kind_at", "order_step", ["kind", "at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_order_step_kind_at", "order_step")
    op.drop_table("order_step")
    op.drop_index("ix_hotline_order_caller", "hotline_order")
    op.drop_index("ix_hotline_order_received_at", "hotline_order")
    op.drop_table("hotline_order")
