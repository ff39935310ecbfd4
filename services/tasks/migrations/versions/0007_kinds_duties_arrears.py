"""Fields of kinds, recurring duties with their occurrences, and arrears."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "arrears_report",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("debts", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "month"),
    )
    op.create_index("ix_arrears_report_month", "arrears_report", ["month"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("frequency", sa.String(length=16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("report_to", sa.Text(), nullable=True),
        sa.Column("cadence_id", sa.String(length=64), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("adopted_by", sa.Text(), nullable=False),
        sa.Column("adopted_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_duty_cadence_id"), "duty", ["cadence_id"], unique=False)
    op.create_index("ix_duty_unit", "duty", ["unit_id"], unique=False)
    op.create_table(
        "debt",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("creditor", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("dispute_reason", sa.Text(), nullable=False),
        sa.Column("arisen_on", sa.Date(), nullable=False),
        sa.Column("registered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("found_after", sa.String(length=7), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("judicial_on", sa.Date(), nullable=True),
        sa.Column("judicial_proof", sa.Text(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("looked_back_on", sa.Date(), nullable=True),
        sa.Column("look_back", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("task_id"),
    )
    op.create_index(op.f("ix_debt_creditor"), "debt", ["creditor"], unique=False)
    op.create_table(
        "duty_occurrence",
        sa.Column("duty_id", sa.String(length=64), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"],
            ["duty.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("duty_id", "period_start", "number"),
        sa.UniqueConstraint("task_id"),
    )
    op.create_table(
        "task_field",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "name"),
    )
    op.create_table(
        "debt_instalment",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["debt.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "number"),
    )
    op.create_table(
        "debt_payment",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["debt.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "number"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("debt_payment")
    op.drop_table("debt_instalment")
    op.drop_table("task_field")
    op.drop_table("duty_occurrence")
    op.drop_index(op.f("ix_debt_creditor"), table_name="debt")
    op.drop_table("debt")
    op.drop_index("ix_duty_unit", table_name="duty")
    op.drop_index(op.f("ix_duty_cadence_id"), table_name="duty")
    op.drop_table("duty")
    op.drop_index("ix_arrears_report_month", table_name="arrears_report")
    op.drop_table("arrears_report")
