"""Who set a version of the rules, when and why; all that there are came with a release."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; a version that skips rungs of the past came into force at that instant."""
    op.add_column("rulebooks", sa.Column("made_at", shared.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("rulebooks", sa.Column("made_by", sa.String(length=64), server_default="", nullable=False))
    op.add_column("rulebooks", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE rulebooks SET made_at = since")


def downgrade() -> None:
    """Drop them."""
    for name in ("reason", "made_by", "made_at"):
        op.drop_column("rulebooks", name)
