"""Results of approvals that wait to be claimed, and what a row of the dispatch directory decides about."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0019"
down_revision = "0018"

TIME = shared.tables.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; the rows of the directory are about bad ratings and late 办件, as until now."""
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("approval_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("project_no", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_type", sa.String(length=16), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.Column("amends", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=True),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=True),
        sa.Column("hop", sa.Integer(), nullable=False),
        sa.Column("limit_workdays", sa.Integer(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("claimed_at", TIME, nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("supervised_on", sa.Date(), nullable=True),
        sa.Column("supervised_note", sa.Text(), nullable=False),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("approval_id", "version"),
    )
    op.create_index("ix_approval_received", "approval", ["received_at", "id"])
    op.create_index("ix_approval_day", "approval", ["received_on", "source_id"])
    op.create_index("ix_approval_state", "approval", ["state", "due_at"])
    op.create_index("ix_approval_unit", "approval", ["unit_id", "state"])
    op.create_index("ix_approval_code", "approval", ["unit_code"])
    op.create_table(
        "approval_step",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["approval.id"]),
        sa.PrimaryKeyConstraint("record_id", "number"),
    )
    op.create_table(
        "approval_rule",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    with op.batch_alter_table("dispatch_rule") as batch:
        batch.add_column(sa.Column("purpose", sa.String(length=16), nullable=False, server_default="service"))


def downgrade() -> None:
    """Drop them; rows of the directory that are about approvals go."""
    op.execute("DELETE FROM dispatch_rule WHERE purpose <> 'service'")
    with op.batch_alter_table("dispatch_rule") as batch:
        batch.drop_column("purpose")
    op.drop_table("approval_rule")
    op.drop_table("approval_step")
    op.drop_table("approval")
