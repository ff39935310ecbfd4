"""Services, rectifications, rates: facts, counts and rules; ratings say where, by whom and when they came."""

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0006"
down_revision = "0005"

PLACES = ("source_id", "additional", "item_code", "region_code", "hall", "window_code", "clerk")


def upgrade() -> None:
    """Make the tables, and add to the ratings; those that are there came when they were given, as far as we know."""
    op.create_table(
        "bad_rating",
        sa.Column("rating_id", sa.String(length=200), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rating_id"),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("workday", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "item_type",
        sa.Column("item_code", sa.String(length=100), nullable=False),
        sa.Column("item_type", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("item_code", "item_type"),
    )
    op.create_table(
        "rate_rule",
        sa.Column("rate", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("set_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("rate", "version"),
    )
    op.create_table(
        "rating_place",
        sa.Column("grain", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("additional", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "grain", "by", "unit_code", "day", "key", "level", "is_default", "additional"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rectification_step",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rating_id", sa.String(length=200), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "sequence"),
    )
    with op.batch_alter_table("rectification_step", schema=None) as batch_op:
        batch_op.create_index("ix_rectification_step_kind", ["kind"], unique=False)

    op.create_table(
        "service",
        sa.Column("accepted_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=True),
        sa.Column("promised_unit", sa.String(length=32), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("item_code", sa.String(length=100), nullable=False),
        sa.Column("item_type", sa.String(length=32), nullable=False),
        sa.Column("region_code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("hall", sa.String(length=64), nullable=False),
        sa.Column("window_code", sa.String(length=64), nullable=False),
        sa.Column("clerk", sa.String(length=64), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "sequence"),
    )
    op.create_table(
        "service_completion",
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "sequence"),
    )
    op.create_table(
        "service_count",
        sa.Column("grain", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("sort", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("grain", "by", "unit_code", "day", "key", "sort"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_pause",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "sequence"),
    )
    op.create_table(
        "service_resumption",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "sequence"),
    )
    op.create_table(
        "service_standing",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("changed_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("item_code", sa.String(length=100), nullable=False),
        sa.Column("item_type", sa.String(length=32), nullable=False),
        sa.Column("region_code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("hall", sa.String(length=64), nullable=False),
        sa.Column("window_code", sa.String(length=64), nullable=False),
        sa.Column("clerk", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("service_id"),
    )
    op.create_table(
        "service_touched",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "unit_code",
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "code"),
    )
    with op.batch_alter_table("unit_code", schema=None) as batch_op:
        batch_op.create_index("ix_unit_code_code", ["code"], unique=False)

    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_at", shared.tables.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("source_id", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("additional", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("item_code", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("region_code", sa.String(length=32), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("hall", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("window_code", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("clerk", sa.String(length=64), nullable=False, server_default=""))
    op.execute("UPDATE rating SET received_at = rated_at")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.alter_column(
            "received_at", existing_type=shared.tables.UtcDateTime(timezone=True), nullable=False
        )
        for name in PLACES:
            batch_op.alter_column(name, server_default=None)
    op.execute("INSERT INTO rating_roll (name, counted_to) VALUES ('places', 0)")
    op.execute("INSERT INTO rating_roll (name, counted_to) VALUES ('services', 0)")


def downgrade() -> None:
    """Drop them."""
    op.execute("DELETE FROM rating_roll WHERE name <> 'ratings'")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_column("clerk")
        batch_op.drop_column("window_code")
        batch_op.drop_column("hall")
        batch_op.drop_column("region_code")
        batch_op.drop_column("item_code")
        batch_op.drop_column("additional")
        batch_op.drop_column("source_id")
        batch_op.drop_column("received_at")

    with op.batch_alter_table("unit_code", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_code_code")

    op.drop_table("unit_code")
    op.drop_table("service_touched")
    op.drop_table("service_standing")
    op.drop_table("service_resumption")
    op.drop_table("service_pause")
    op.drop_table("service_count")
    op.drop_table("service_completion")
    op.drop_table("service")
    with op.batch_alter_table("rectification_step", schema=None) as batch_op:
        batch_op.drop_index("ix_rectification_step_kind")

    op.drop_table("rectification_step")
    op.drop_table("rating_place")
    op.drop_table("rate_rule")
    op.drop_table("item_type")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    op.drop_table("bad_rating")
