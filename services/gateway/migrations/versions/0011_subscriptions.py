"""What downstream systems get of the archive: subscriptions, deliveries and attempts."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0011"
down_revision = "0010"

_UNFINISHED = sa.text("state IN ('waiting', 'held', 'sending')")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subscription",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_until", UtcDateTime(), nullable=True),
        sa.Column("headers", sa.LargeBinary(), nullable=True),
        sa.Column("header_names", sa.Text(), nullable=False),
        sa.Column("timeout", sa.Float(), nullable=False),
        sa.Column("proxy", sa.String(500), nullable=False),
        sa.Column("ca_file", sa.String(500), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("per_second", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("begun_after", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _create_deliveries()


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("subscription", sa.String(40), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("webhook_id", sa.String(100), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("gap_from", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=True),
        sa.Column("lost_at", UtcDateTime(), nullable=True),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subscription", "position"),
    )
    for name, columns in (
        ("ix_delivery_due", ["subscription", "state", "next_try_at", "position"]),
        ("ix_delivery_subject", ["subscription", "subject", "position"]),
    ):
        op.create_index(
            name, "delivery", columns, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
        )
    op.create_index("ix_delivery_day", "delivery", ["subscription", "day", "state"])
    op.create_table(
        "delivery_attempt",
        sa.Column("subscription", sa.String(40), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "position", "number"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("delivery_attempt", "delivery", "subscription"):
        op.drop_table(name)
