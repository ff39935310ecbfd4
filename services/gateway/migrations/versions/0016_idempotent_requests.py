"""Requests that were made under a key of their caller's, with their answers."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "idempotent_request",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("content_type", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "key"),
    )
    op.create_index("ix_idempotent_request_begun_at", "idempotent_request", ["begun_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("idempotent_request")
