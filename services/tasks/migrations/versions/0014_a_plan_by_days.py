"""An index of the list that plan offices read most: the tasks of a plan by the day of their deadline."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the index."""
    day = sa.text("coalesce(deadline, '9999-12-31')")
    op.create_index("ix_task_plan_due", "task", ["plan_id", day, "sort_key"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_task_plan_due", "task")
