"""Services 办件 with their pauses, the codes of units, and the feed that tells of a clock."""

import sqlalchemy as sa
from alembic import op

from shared.tables import UtcDateTime

revision = "0013"
down_revision = "0012"


def _code(name: str, length: int, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), server_default=default, nullable=False)


def _instant(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=True)


def _place(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def upgrade() -> None:
    """Make the tables, the column and its index."""
    op.create_table(
        "services",
        sa.Column("subject", sa.String(length=64), primary_key=True),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        _code("source_id", 64),
        _code("project_no", 100),
        _code("unit_code", 64),
        _code("item_code", 100),
        _code("item_type", 16),
        _code("kind", 16, "promised"),
        _instant("accepted_at"),
        _instant("known_at"),
        sa.Column("promised", sa.BigInteger(), nullable=True),
        sa.Column("promised_unit", sa.String(length=16), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        _place("accepted_seq"),
        _instant("completed_at"),
        _code("outcome", 16),
        _place("completed_seq"),
        _code("state", 16, "unheard"),
        _instant("due_at"),
        sa.Column("provisional", sa.Boolean(), nullable=True),
        _code("basis", 16),
        _instant("settled_at"),
    )
    op.create_index("ix_services_state", "services", ["state", "accepted_at", "subject"])
    op.create_index("ix_services_unit_code", "services", ["unit_code", "state"])
    op.create_index("ix_services_settled_at", "services", ["settled_at"])
    op.create_table(
        "service_pauses",
        sa.Column("subject", sa.String(length=64), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _code("reason", 32),
        _instant("paused_at"),
        _place("paused_seq"),
        _instant("resumed_at"),
        _place("resumed_seq"),
    )
    op.create_table(
        "unit_codes",
        sa.Column("unit_id", sa.String(length=64), primary_key=True),
        sa.Column("code", sa.String(length=64), primary_key=True),
    )
    op.create_index("ix_unit_codes_code", "unit_codes", ["code"])
    op.add_column("clocks", _code("feed", 16, "supervision"))
    op.create_index("ix_clocks_feed_next_at", "clocks", ["feed", "next_at"])


def downgrade() -> None:
    """Drop them, and the clocks of services with them."""
    op.execute("DELETE FROM clocks WHERE feed = 'ratings'")
    op.drop_index("ix_clocks_feed_next_at", "clocks")
    op.drop_column("clocks", "feed")
    op.drop_table("unit_codes")
    op.drop_table("service_pauses")
    op.drop_table("services")
