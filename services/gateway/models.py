"""Tables of the gateway: API keys and their log, feed sources and what they sent, the archive with its chain head."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import UtcDateTime

CHAIN = 1  # Id of the only row of `archive_chain`.
# On SQLite the type INTEGER makes the key the row's own number: no second index.
POSITION = BigInteger().with_variant(Integer(), "sqlite")


# Feeds about tasks; written out, since SQLite takes a partial index for the very same words only.
OF_TASKS = text("stream IN ('supervision', 'deadlines')")


class Base(DeclarativeBase):
    """The gateway's tables."""


class ApiKey(Base):
    """A key of a person or a system; its secret is kept as a hash only, and all its times are real time."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of a 256-bit random secret.
    prefix: Mapped[str] = mapped_column(String(16))  # Shown in lists, to tell keys apart.
    label: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(500))  # Separated by spaces.
    source_id: Mapped[str] = mapped_column(String(64))  # Feed source of what it sends, or empty.
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Some seconds late.
    old_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # The secret before this one,
    old_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # which counts until then.
    per_minute: Mapped[int | None] = mapped_column(
        Integer
    )  # Requests; None for what its role may, 0 for any number.


class KeyAudit(Base):
    """That a key was made, rotated or revoked: by whom, when (real time), and what it was; rows are only added."""

    __tablename__ = "key_audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # Id of a key, or `keys.OFFLINE`.
    what: Mapped[str] = mapped_column(String(16))  # `made`, `rotated` or `revoked`.
    key_id: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(500))
    label: Mapped[str] = mapped_column(String(100))


class FeedSource(Base):
    """A system that sends services, ratings and orders: how its records are read, and what it may send."""

    __tablename__ = "feed_source"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    form: Mapped[str] = mapped_column(String(32))
    overrides: Mapped[str] = mapped_column(Text)  # JSON, in the shape of a form.
    signature: Mapped[str] = mapped_column(String(16))  # `none` or `hmac-sha256`.
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # Sealed; never shown.
    per_minute: Mapped[int] = mapped_column(Integer)  # Records; 0 for no limit.
    max_bytes: Mapped[int] = mapped_column(Integer)  # Of one request.
    enabled: Mapped[bool] = mapped_column(Boolean)
    silent_after: Mapped[int] = mapped_column(Integer, server_default="0")  # Minutes; 0 for never.
    # Business time from which silence counts where nothing came since, and when a record came last.
    watched_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FeedService(Base):
    """A service 办件 that a source told of: what tells repeats from corrections, and where its ratings belong."""

    __tablename__ = "feed_service"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own protocol.

    service_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64))
    unit_code: Mapped[str] = mapped_column(String(64))  # Empty until it is accepted, as are the next.
    item_code: Mapped[str] = mapped_column(String(64))
    region_code: Mapped[str] = mapped_column(String(12))
    accepted_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    completed_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    revision: Mapped[int] = mapped_column(Integer)  # How many events it has had.


class FeedPause(Base):
    """A pause of a service: found again by its number or by its beginning."""

    __tablename__ = "feed_pause"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own protocol.

    service_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(40))  # When it began, as ISO 8601.
    paused_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    resumed_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class FeedOrder(Base):
    """An order 工单 that a source told of: what tells repeats from corrections."""

    __tablename__ = "feed_order"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own protocol.

    order_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64))
    received_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    recalled_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    revision: Mapped[int] = mapped_column(Integer)  # How many events it has had.


class FeedOrderStep(Base):
    """An urge or a visit of an order: found again by its number or by its time."""

    __tablename__ = "feed_order_step"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own protocol.

    order_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sort: Mapped[str] = mapped_column(String(12), primary_key=True)  # `urged` or `revisited`.
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(40))  # When it was, as ISO 8601.
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class FeedApproval(Base):
    """A result of an approval: found again by its version, or by the time of its decision; counted on its day."""

    __tablename__ = "feed_approval"
    __table_args__ = (Index("ix_feed_approval_day", "day", "source_id"), {"sqlite_with_rowid": False})

    approval_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source_id: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column(Date)  # Shanghai's, of business time.
    mark: Mapped[str] = mapped_column(String(40))  # When it was decided, as ISO 8601.
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class FeedReject(Base):
    """A record that was not taken: why, its sealed bytes, and what became of it; while it is open it is kept."""

    __tablename__ = "feed_reject"
    __table_args__ = (
        UniqueConstraint("source_id", "digest"),
        Index("ix_feed_reject_day", "source_id", "day"),
        Index("ix_feed_reject_waiting", "service_id", "state"),
        Index("ix_feed_reject_kept_at", "kept_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column(Date)  # Shanghai's, of business time, as is the next.
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(80))  # Line, and sheet where there are some.
    outcome: Mapped[str] = mapped_column(String(16))  # `rejected` or `conflict`.
    service_id: Mapped[str] = mapped_column(String(64))  # Which it waits for, or empty.
    field: Mapped[str] = mapped_column(String(100))
    code: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    raw: Mapped[bytes] = mapped_column(LargeBinary)  # Sealed: it may hold names and texts.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))  # Of the record, so that one sent again is known.
    state: Mapped[str] = mapped_column(String(16))  # `open`, `replayed` or `discarded`.
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64))  # Id of a key, or `auto`.
    reason: Mapped[str] = mapped_column(Text)  # Of discarding it.
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Real time; retention counts from it.


class FeedTally(Base):
    """How many records of a source came to what on a day, and how many events of each sort they gave."""

    __tablename__ = "feed_tally"

    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)  # `record.<outcome>` or `event.<sort>`.
    count: Mapped[int] = mapped_column(BigInteger)


class FeedStatement(Base):
    """How many records a source says that it sent on a day."""

    __tablename__ = "feed_statement"

    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stated_by: Mapped[str] = mapped_column(String(64))  # Id of the key.


class TakenRating(Base):
    """A rating that was taken in: what tells a repeat from a conflict; the rest of it stands in its event."""

    __tablename__ = "rating"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own protocol.

    rating_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ArchivedEvent(Base):
    """One stream entry at its position: the bytes as read, chained by hash to the entry before."""

    __tablename__ = "archive"
    __table_args__ = (
        UniqueConstraint("stream", "sequence"),
        # What happened to one task, for its proof of notice; ratings, which are many, stay out of it.
        Index(
            "ix_archive_subject",
            "subject",
            "position",
            sqlite_where=OF_TASKS,
            postgresql_where=OF_TASKS,
        ),
    )

    position: Mapped[int] = mapped_column(POSITION, primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(32))
    sequence: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(120))  # Empty for bytes that are no event.
    subject: Mapped[str] = mapped_column(String(200))
    time: Mapped[str] = mapped_column(String(40))  # As written in the event; business time.
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ArchiveChain(Base):
    """Where the archive ends and begins; its row lock makes writers wait for each other.

    `base_position` and `base_hash` are of the last entry that retention removed; 0 and 32 zeros for none.
    """

    __tablename__ = "archive_chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_position: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    base_position: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    base_hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=bytes(32))
