"""gaps that were accepted."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of events that were lost and given up."""
    op.create_table(
        "accepted_gap",
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.String(length=64), nullable=False),
        sa.Column("accepted_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("stream", "first_seq"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("accepted_gap")
