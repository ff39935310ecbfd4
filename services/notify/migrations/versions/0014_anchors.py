"""Anchors of the archive, and which of them a paper prints."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "anchors",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    with op.batch_alter_table("papers") as table:
        table.add_column(sa.Column("anchor_position", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("anchor_hash", sa.String(64), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("papers") as table:
        table.drop_column("anchor_hash")
        table.drop_column("anchor_position")
    op.drop_table("anchors")
