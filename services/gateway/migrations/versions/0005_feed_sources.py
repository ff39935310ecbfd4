"""Rating sources become feed sources; what these sent, what was refused, and how many."""

import json

import sqlalchemy as sa
from alembic import op

import shared.tables

revision = "0005"
down_revision = "0004"
MEGABYTE = 1024 * 1024


def upgrade() -> None:
    """Make the tables; a rating source becomes a feed source of the form `duban` with its two code lists."""
    _make_sources()
    _make_services()
    _make_rejects()
    op.create_table(
        "feed_tally",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "day", "name"),
    )
    op.create_table(
        "feed_statement",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("stated_at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "day"),
    )


def _make_sources() -> None:
    op.create_table(
        "feed_source",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("overrides", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("max_bytes", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    old = op.get_bind().execute(sa.text("SELECT id, name, scheme, channels FROM rating_source")).all()
    fixed = {"form": "duban", "signature": "none", "secret": None, "per_minute": 0}
    fixed |= {"max_bytes": 16 * MEGABYTE, "enabled": True}
    rows = [
        {"id": found, "name": name, "overrides": _lists(scheme, channels), **fixed}
        for found, name, scheme, channels in old
    ]
    table = sa.table(
        "feed_source",
        *(sa.column(name) for name in ("id", "name", "form", "overrides", "signature")),
        sa.column("secret", sa.LargeBinary),
        sa.column("per_minute", sa.Integer),
        sa.column("max_bytes", sa.Integer),
        sa.column("enabled", sa.Boolean),
    )
    if rows:
        op.bulk_insert(table, rows)
    op.drop_table("rating_source")


def _lists(scheme: str, channels: str) -> str:
    return json.dumps({"lists": {"level": scheme, "channel": channels}})


def _make_services() -> None:
    op.create_table(
        "feed_service",
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("item_code", sa.String(length=64), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("accepted_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("completed_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_pause",
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("paused_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("resumed_hash", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("service_id", "number"),
        sqlite_with_rowid=False,
    )


def _make_rejects() -> None:
    op.create_table(
        "feed_reject",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", shared.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_at", shared.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_id", "digest"),
    )
    op.create_index("ix_feed_reject_day", "feed_reject", ["source_id", "day"])
    op.create_index("ix_feed_reject_waiting", "feed_reject", ["service_id", "state"])


def downgrade() -> None:
    """Bring the rating sources back, which are the feed sources of the form `duban`; drop the rest."""
    op.create_table(
        "rating_source",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("channels", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    chosen = sa.text("SELECT id, name, overrides FROM feed_source WHERE form = 'duban'")
    table = sa.table("rating_source", *(sa.column(name) for name in ("id", "name", "scheme", "channels")))
    for found, name, overrides in op.get_bind().execute(chosen).all():
        lists = json.loads(overrides).get("lists", {})
        scheme, channels = lists.get("level", "push"), lists.get("channel", "phone_sms")
        op.bulk_insert(table, [{"id": found, "name": name, "scheme": scheme, "channels": channels}])
    for name in ("feed_statement", "feed_tally", "feed_reject", "feed_pause", "feed_service", "feed_source"):
        op.drop_table(name)
