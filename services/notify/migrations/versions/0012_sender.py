"""What senders share: the calls of the last minute, parcels told in one message, and routes tried one after another."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", "number"),
    )
    op.create_index("ix_calls_channel", "calls", ["channel", "at"])
    op.add_column("parcels", sa.Column("way", sa.Integer(), server_default="0", nullable=False))
    op.add_column("parcels", sa.Column("tried_before", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "deliveries", sa.Column("instead_of", sa.String(length=20), server_default="", nullable=False)
    )
    op.add_column("parcels", sa.Column("shipment", sa.String(length=64), nullable=True))
    op.create_index("ix_parcels_shipment", "parcels", ["shipment"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_parcels_shipment", "parcels")
    with op.batch_alter_table("parcels") as batch:
        batch.drop_column("shipment")
        batch.drop_column("tried_before")
        batch.drop_column("way")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("instead_of")
    op.drop_table("calls")
