"""Rules by kind, plan, level and unit; the unit of time of a clock."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what rules match by, the limit of a clock, what a snooze held back, and why a notice was."""
    op.add_column("tasks", sa.Column("plan_id", sa.String(length=64), nullable=True))
    op.add_column("clocks", sa.Column("span", sa.String(length=16), nullable=True))
    op.add_column("clocks", sa.Column("amount", sa.Integer(), nullable=True))
    op.add_column("clocks", sa.Column("snoozed_offset", sa.Integer(), nullable=True))
    op.add_column("clocks", sa.Column("snoozed_until", shared.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("notices", sa.Column("reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("notices", "reason")
    for name in ("snoozed_until", "snoozed_offset", "amount", "span"):
        op.drop_column("clocks", name)
    op.drop_column("tasks", "plan_id")
