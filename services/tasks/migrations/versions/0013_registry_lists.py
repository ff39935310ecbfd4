"""Indexes of the ledger's lists, and what the registry had left open."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
