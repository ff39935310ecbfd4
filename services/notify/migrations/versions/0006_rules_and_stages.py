"""Rules by kind, plan, level and unit; the unit of time of a clock."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
