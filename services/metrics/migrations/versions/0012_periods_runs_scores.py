"""Periods of assessment with their runs and scores, appeals and exemptions."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assessment_period",
        sa.Column("period_id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("appeals_until", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("final_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("final_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("period_id"),
    )
    op.create_table(
        "assessment_run",
        sa.Column("period_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("as_of", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archive_position", sa.BigInteger(), nullable=False),
        sa.Column("archive_hash", sa.String(length=64), nullable=False),
        sa.Column("cursors", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("period_id", "number"),
    )
    op.create_table(
        "assessment_score",
        sa.Column("period_id", sa.String(length=64), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=False),
        sa.Column("from_bottom", sa.Integer(), nullable=True),
        sa.Column("unranked", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", "run", "unit_id"),
    )
    op.create_table(
        "assessment_appeal",
        sa.Column("appeal_id", sa.String(length=64), nullable=False),
        sa.Column("period_id", sa.String(length=64), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("filed_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decision", sa.String(length=2000), nullable=False),
        sa.Column("new_run", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("appeal_id"),
    )
    op.create_index("ix_assessment_appeal_period", "assessment_appeal", ["period_id", "state"])
    op.create_table(
        "assessment_exemption",
        sa.Column("exemption_id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("requested_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decision", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("exemption_id"),
    )
    op.create_index("ix_assessment_exemption_unit", "assessment_exemption", ["unit_id", "state"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_assessment_exemption_unit", "assessment_exemption")
    op.drop_table("assessment_exemption")
    op.drop_index("ix_assessment_appeal_period", "assessment_appeal")
    op.drop_table("assessment_appeal")
    op.drop_table("assessment_score")
    op.drop_table("assessment_run")
    op.drop_table("assessment_period")
