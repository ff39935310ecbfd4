"""Who set the rules of a plan, when and why; which blocks ended because their blocker did."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "plan_rule_setting",
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reviews", sa.JSON(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["unit.id"]),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("plan_id", "number"),
    )
    op.add_column(
        "task_block", sa.Column("ended_with_blocker", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("task_block", "ended_with_blocker")
    op.drop_table("plan_rule_setting")
