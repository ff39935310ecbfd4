"""Tables that every service's database has for the bus, and the one column type for instants.

Each service's first migration makes them; `shared.outbox` writes heads and outbox rows, `shared.streams` the rest.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite would give naive values back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Give the type of its values."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware instant to UTC; a naive one is a mistake of ours.

        Raises:
            ValueError: The value has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BUS = MetaData()

HEADS = Table(
    "stream_head",
    BUS,
    Column("stream", String(32), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
)

OUTBOX = Table(
    "outbox",
    BUS,
    Column("stream", String(32), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String(200), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),  # Real time; retention counts from it.
    Index("ix_outbox_written_at", "written_at"),
)

CURSORS = Table(
    "stream_cursor",
    BUS,
    Column("stream", String(32), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column(
        "fence", BigInteger, nullable=False
    ),  # The lease number of the last writer; an older one is refused.
)

LEASES = Table(
    "lease",
    BUS,
    Column("name", String(64), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),  # Real time.
)

PARKED = Table(
    "parked",
    BUS,
    Column("stream", String(32), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String(200), nullable=False),
    Column("type", String(120), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("dead", Boolean, nullable=False),
    Column("parked_at", UtcDateTime, nullable=False),  # Real time, as is the next.
    Column("next_try_at", UtcDateTime, nullable=False),
    Index("ix_parked_subject", "stream", "subject", "seq"),
)

ACCEPTED_GAPS = Table(
    "accepted_gap",
    BUS,
    Column("stream", String(32), primary_key=True),
    Column("first_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("accepted_by", String(64), nullable=False),  # The id of the key.
    Column("accepted_at", UtcDateTime, nullable=False),  # Real time.
)
