"""Key projects with nodes, plans, investment, elements and funds, and adjustments of their list."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "project_adjustment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("applied_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("project_adjustment", schema=None) as batch_op:
        batch_op.create_index("ix_project_adjustment_state", ["state", "year", "quarter"], unique=False)

    op.create_table(
        "project_adjustment_decision",
        sa.Column("adjustment_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=16), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adjustment_id"],
            ["project_adjustment.id"],
        ),
        sa.PrimaryKeyConstraint("adjustment_id", "body"),
    )
    op.create_table(
        "project",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("level_owner", sa.String(length=16), nullable=False),
        sa.Column("leader_post", sa.String(length=64), nullable=False),
        sa.Column("officer_unit", sa.String(length=64), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("completed_before", sa.BigInteger(), nullable=False),
        sa.Column("approval_ref", sa.Text(), nullable=True),
        sa.Column("preliminary", sa.Boolean(), nullable=False),
        sa.Column("charter_ref", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("completes_on", sa.Date(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_unit"],
            ["unit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("task_id"),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_officer_unit"), ["officer_unit"], unique=False)
        batch_op.create_index("ix_project_stage", ["stage", "level_owner"], unique=False)

    op.create_table(
        "project_element",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("for_start", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["project.task_id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "number"),
    )
    with op.batch_alter_table("project_element", schema=None) as batch_op:
        batch_op.create_index("ix_project_element_unit", ["unit_id"], unique=False)

    op.create_table(
        "project_fund",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("fund", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["project.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "fund", "day"),
    )
    op.create_table(
        "project_investment",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["project.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "day"),
    )
    op.create_table(
        "project_node",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=16), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("output", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["project.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "node"),
    )
    op.create_table(
        "project_plan",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("annual", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["project.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "year", "since"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("project_plan")
    op.drop_table("project_node")
    op.drop_table("project_investment")
    op.drop_table("project_fund")
    with op.batch_alter_table("project_element", schema=None) as batch_op:
        batch_op.drop_index("ix_project_element_unit")

    op.drop_table("project_element")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index("ix_project_stage")
        batch_op.drop_index(batch_op.f("ix_project_officer_unit"))

    op.drop_table("project")
    op.drop_table("project_adjustment_decision")
    with op.batch_alter_table("project_adjustment", schema=None) as batch_op:
        batch_op.drop_index("ix_project_adjustment_state")

    op.drop_table("project_adjustment")
