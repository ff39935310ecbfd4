"""Lists drawn from final scores, and performance records."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assessment_list",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("period_id", sa.String(length=64), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("drafted_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.String(length=64), nullable=False),
        sa.Column("released_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("withdrawn_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=True),
        sa.Column("why", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("list_id"),
    )
    op.create_index("ix_assessment_list_period_id", "assessment_list", ["period_id"])
    op.create_table(
        "performance_record",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("period_id", sa.String(length=64), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("objection", sa.String(length=2000), nullable=False),
        sa.Column("objected_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("ix_performance_record_person_id", "performance_record", ["person_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_performance_record_person_id", "performance_record")
    op.drop_table("performance_record")
    op.drop_index("ix_assessment_list_period_id", "assessment_list")
    op.drop_table("assessment_list")
