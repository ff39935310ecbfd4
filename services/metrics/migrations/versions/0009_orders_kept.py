"""What orders count as, kept; those that are there already are found in the background."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    _make_facts()
    op.create_table(
        "order_hop",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.Column("hop", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "hop"),
    )
    op.create_index("ix_order_hop_day", "order_hop", ["day"])
    op.create_table(
        "order_stale",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.execute("INSERT INTO order_stale (order_id) SELECT DISTINCT order_id FROM hotline_order")


def _make_facts() -> None:
    time = shared.tables.UtcDateTime(timezone=True)
    texts = [("source_id", 64), ("unit", 64), ("kind", 32), ("category", 400), ("category_1", 200)]
    texts += [("region_code", 32), ("channel", 64), ("caller", 200), ("repeats", 200)]
    op.create_table(
        "order_fact",
        sa.Column("order_id", sa.String(length=200), nullable=False),
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in texts),
        sa.Column("received_at", time, nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("received_day", sa.Date(), nullable=False),
        sa.Column("accepted", sa.String(length=32), nullable=False),
        sa.Column("recalled", sa.Boolean(), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("excluded_by", sa.String(length=200), nullable=False),
        sa.Column("dispatched_day", sa.Date(), nullable=True),
        sa.Column("due_at", time, nullable=True),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("worked", sa.String(length=32), nullable=False),
        sa.Column("contacted", sa.String(length=32), nullable=False),
        sa.Column("resolved_day", sa.Date(), nullable=True),
        sa.Column("resolved", sa.String(length=64), nullable=False),
        sa.Column("rated_day", sa.Date(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("ix_order_fact_received_day", "order_fact", ["received_day"])
    op.create_index("ix_order_fact_dispatched_day", "order_fact", ["dispatched_day"])


def downgrade() -> None:
    """Drop them."""
    for name in ("order_stale", "order_hop", "order_fact"):
        op.drop_table(name)
