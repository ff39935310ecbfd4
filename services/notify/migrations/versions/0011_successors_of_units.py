"""Units that were merged: which one has taken their place. Of those merged before, once the ledger tells of them again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column("units", sa.Column("successor", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("units", "successor")
