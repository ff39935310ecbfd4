"""What a proof of notice needs beside the notices: when the service ran."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "runs",
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("started_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("alive_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("holder", "started_at"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("runs")
