"""Indexes of the ledger: the tasks of a plan by the day of their deadline, and the subtasks of a task."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the first, and leave those that are no subtask out of the second."""
    day = sa.text("coalesce(deadline, '9999-12-31')")
    op.create_index("ix_task_plan_due", "task", ["plan_id", day, "sort_key"])
    op.drop_index("ix_task_parent_id", "task")
    few = sa.text("parent_id IS NOT NULL")
    op.create_index("ix_task_parent_id", "task", ["parent_id"], sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    """Put them back."""
    op.drop_index("ix_task_parent_id", "task")
    op.create_index("ix_task_parent_id", "task", ["parent_id"])
    op.drop_index("ix_task_plan_due", "task")
