"""Measures taken about tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "task_measure",
        sa.Column("measure_id", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("measure_id"),
    )
    with op.batch_alter_table("task_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_measure_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("task_measure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_measure_task_id"))

    op.drop_table("task_measure")
