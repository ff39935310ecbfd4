"""Indexes of the ledger's lists: a kind in the ledger's order, and everything by the day of its deadline."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_task_kind", "task", ["kind", "sort_key"])
    op.create_index("ix_task_due", "task", [sa.text("coalesce(deadline, '9999-12-31')"), "sort_key"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_task_due", "task")
    op.drop_index("ix_task_kind", "task")
