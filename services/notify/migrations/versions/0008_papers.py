"""Papers: drafts, releases and their annexes."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "papers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("next_steps", sa.JSON(), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("signer", sa.String(length=100), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("docx", sa.LargeBinary(), nullable=True),
        sa.Column("xlsx", sa.LargeBinary(), nullable=True),
        sa.Column("drafted_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=100), nullable=False),
        sa.Column("over_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("over_by", sa.String(length=100), nullable=False),
        sa.Column("over_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", name="uq_papers_number"),
    )
    op.create_index("ix_papers_kind", "papers", ["kind", "period", "version"])
    op.create_table(
        "paper_instructions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("given_by", sa.String(length=100), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("attachment_id", sa.String(length=64), nullable=True),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_paper_instructions_paper_id", "paper_instructions", ["paper_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("paper_instructions")
    op.drop_table("papers")
