"""Parcels: the letters of a recipient that leave together; what waited before leaves with the next one."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table, and give every attempt its haste and the time before which it does not leave."""
    op.create_table(
        "parcels",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("sent_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    routine = sa.text("NOT urgent")
    op.create_index(
        "uq_parcels_routine",
        "parcels",
        ["channel", "recipient", "day"],
        unique=True,
        sqlite_where=routine,
        postgresql_where=routine,
    )
    op.create_index("ix_parcels_day", "parcels", ["day", "id"])
    op.create_index("ix_parcels_sent_at", "parcels", ["sent_at"])
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("level", sa.String(length=16), server_default="normal", nullable=False))
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("parcel_id", sa.String(length=64), nullable=True))
        deliveries.add_column(sa.Column("haste", sa.String(length=20), nullable=True))
        deliveries.add_column(
            sa.Column("not_before", shared.tables.UtcDateTime(timezone=True), nullable=True)
        )
    op.execute(
        "UPDATE deliveries SET haste = 'routine', not_before = "
        "(SELECT decided_at FROM notices WHERE notices.id = deliveries.notice_id)"
    )
    # An attempt without an answer is repeated, as after any other crash.
    op.execute(
        "INSERT INTO deliveries (notice_id, channel, number, outcome, detail, next_try_at, haste, not_before) "
        "SELECT notice_id, channel, number + 1, 'waiting', '', next_try_at, haste, not_before "
        "FROM deliveries WHERE outcome = 'sending'"
    )
    op.execute(
        "UPDATE deliveries SET outcome = 'unknown', detail = 'no answer before an upgrade' "
        "WHERE outcome = 'sending'"
    )
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("haste", existing_type=sa.String(length=20), nullable=False)
        deliveries.alter_column(
            "not_before", existing_type=shared.tables.UtcDateTime(timezone=True), nullable=False
        )
        deliveries.create_foreign_key("fk_deliveries_parcel", "parcels", ["parcel_id"], ["id"])
        deliveries.create_index("ix_deliveries_parcel", ["parcel_id"])


def downgrade() -> None:
    """Drop it; what waits leaves one by one again."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_index("ix_deliveries_parcel")
        deliveries.drop_constraint("fk_deliveries_parcel", type_="foreignkey")
        deliveries.drop_column("not_before")
        deliveries.drop_column("haste")
        deliveries.drop_column("parcel_id")
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_column("level")
    op.drop_table("parcels")
