"""Which task waits for which."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "blocks",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "by"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("blocks")
