"""The results of approvals that came in, so that each is taken once and counted on its day."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "feed_approval",
        sa.Column("approval_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feed_approval_day", "feed_approval", ["day", "source_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("feed_approval")
