"""Schemes of assessment, and the judges' scores of observation days."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assessment_scheme",
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "version"),
    )
    op.create_table(
        "observation_score",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("judge", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("points", sa.String(length=24), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_observation_score_unit_day", "observation_score", ["unit_id", "day"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_observation_score_unit_day", "observation_score")
    op.drop_table("observation_score")
    op.drop_table("assessment_scheme")
