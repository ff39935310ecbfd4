"""Measures taken, problems with what they block, and inspections."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "inspection",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team", sa.JSON(), nullable=False),
        sa.Column("joint_units", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("follow_up_of", sa.String(length=64), nullable=True),
        sa.Column("approved_by_name", sa.Text(), nullable=True),
        sa.Column("override_by_name", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("feedback_due_on", sa.Date(), nullable=True),
        sa.Column("effect", sa.String(length=16), nullable=True),
        sa.Column("effect_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_of"],
            ["inspection.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inspection_state", "inspection", ["state", "starts_on"], unique=False)
    op.create_table(
        "inspection_objection",
        sa.Column("inspection_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reviewed_by_name", sa.Text(), nullable=True),
        sa.Column("reviewed_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("inspection_id", "unit_id"),
    )
    op.create_table(
        "inspection_step",
        sa.Column("inspection_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
        ),
        sa.PrimaryKeyConstraint("inspection_id", "number"),
    )
    op.create_table(
        "inspection_unit",
        sa.Column("inspection_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("feedback_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("inspection_id", "unit_id"),
    )
    op.create_index("ix_inspection_unit_unit", "inspection_unit", ["unit_id"], unique=False)
    op.create_table(
        "measure",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=True),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("paper_number", sa.String(length=64), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_by_name", sa.Text(), nullable=True),
        sa.Column("lifted_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("paper_number"),
    )
    op.create_index("ix_measure_state", "measure", ["state"], unique=False)
    op.create_index("ix_measure_task", "measure", ["task_id", "proposed_at"], unique=False)
    op.create_table(
        "problem",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("found_in", sa.String(length=64), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["found_in"],
            ["inspection.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("task_id"),
    )
    op.create_index(op.f("ix_problem_category"), "problem", ["category"], unique=False)
    op.create_index(op.f("ix_problem_found_in"), "problem", ["found_in"], unique=False)
    op.create_table(
        "task_block",
        sa.Column("blocker_task_id", sa.String(length=64), nullable=False),
        sa.Column("blocked_task_id", sa.String(length=64), nullable=False),
        sa.Column("since", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_task_id"],
            ["task.id"],
        ),
        sa.ForeignKeyConstraint(
            ["blocker_task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("blocker_task_id", "blocked_task_id", "since"),
    )
    op.create_index("ix_task_block_blocked", "task_block", ["blocked_task_id", "until"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_task_block_blocked", table_name="task_block")
    op.drop_table("task_block")
    op.drop_index(op.f("ix_problem_found_in"), table_name="problem")
    op.drop_index(op.f("ix_problem_category"), table_name="problem")
    op.drop_table("problem")
    op.drop_index("ix_measure_task", table_name="measure")
    op.drop_index("ix_measure_state", table_name="measure")
    op.drop_table("measure")
    op.drop_index("ix_inspection_unit_unit", table_name="inspection_unit")
    op.drop_table("inspection_unit")
    op.drop_table("inspection_step")
    op.drop_table("inspection_objection")
    op.drop_index("ix_inspection_state", table_name="inspection")
    op.drop_table("inspection")
