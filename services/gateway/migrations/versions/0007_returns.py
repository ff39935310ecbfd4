"""What goes back to the platforms: subjects, returns, attempts, targets, and the cursor in the archive."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "return_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "return_subject",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.String(200), nullable=False),
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(200), nullable=False),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("assessment_number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("task_id", sa.String(200), nullable=True),
        sa.Column("merged_into", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("kind", "subject_id"),
    )
    op.create_index("ix_return_subject_task", "return_subject", ["task_id"])
    op.create_index("ix_return_subject_merged", "return_subject", ["merged_into"])
    _create_rows()
    op.create_table(
        "return_target",
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("overrides", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("headers", sa.LargeBinary(), nullable=True),
        sa.Column("header_names", sa.Text(), nullable=False),
        sa.Column("timeout", sa.Float(), nullable=False),
        sa.Column("proxy", sa.String(500), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("not_before", UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
    )


def _create_rows() -> None:
    op.create_table(
        "return_row",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.String(200), nullable=False),
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(100), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("happened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("lost_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject_id", "step", "occurrence"),
    )
    op.create_index("ix_return_row_due", "return_row", ["source_id", "state", "next_try_at"])
    op.create_index("ix_return_row_order", "return_row", ["kind", "subject_id", "position"])
    op.create_index("ix_return_row_day", "return_row", ["source_id", "day"])
    op.create_table(
        "return_attempt",
        sa.Column("return_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("begun_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["return_id"], ["return_row.id"]),
        sa.PrimaryKeyConstraint("return_id", "number"),
    )
    op.create_index("ix_return_attempt_begun", "return_attempt", ["source_id", "begun_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("return_target", "return_attempt", "return_row", "return_subject", "return_cursor"):
        op.drop_table(table)
