"""The index of what is to do tells apart what has a parcel and what has none, and when that may leave."""

from alembic import op

revision = "0015"
down_revision = "0014"
NAME, TABLE = "ix_deliveries_todo", "deliveries"


def upgrade() -> None:
    """Put the index in the place of the one by real time, which every waiting letter has passed."""
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["outcome", "parcel_id", "not_before"])


def downgrade() -> None:
    """Put the former one back."""
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["outcome", "next_try_at"])
