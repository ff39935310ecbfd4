"""The events of one task are found without reading the whole archive."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
OF_TASKS = sa.text("stream IN ('supervision', 'deadlines')")


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_archive_subject",
        "archive",
        ["subject", "position"],
        sqlite_where=OF_TASKS,
        postgresql_where=OF_TASKS,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_archive_subject", "archive")
