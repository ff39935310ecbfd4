"""Surveys: what is asked, groups, one-time tokens, sealed envelopes, and the slips that left them."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "survey",
        sa.Column("survey_id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("seal", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("survey_id"),
    )
    op.create_table(
        "survey_group",
        sa.Column("survey_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("invited", "answered", "counted", "unread", "spoilt")
        ),
        sa.PrimaryKeyConstraint("survey_id", "code"),
    )
    op.create_table(
        "survey_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_token_group", "survey_token", ["survey_id", "group_code", "spent"])
    op.create_table(
        "survey_envelope",
        sa.Column("envelope_key", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("envelope_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_envelope_group", "survey_envelope", ["survey_id", "group_code"])
    op.create_table(
        "survey_slip",
        sa.Column("slip_key", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slip_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_slip_subject", "survey_slip", ["survey_id", "subject"])


def downgrade() -> None:
    """Drop them."""
    for name in ("survey_slip", "survey_envelope", "survey_token", "survey_group", "survey"):
        op.drop_table(name)
