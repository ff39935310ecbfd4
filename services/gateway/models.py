"""Tables of the gateway: API keys and their log, rating sources, ratings taken in, the archive with its chain head."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, UniqueConstraint, text
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
    source_id: Mapped[str] = mapped_column(String(64))  # Rating source of its ratings, or empty.
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeyAudit(Base):
    """That a key was made or revoked: by whom, when (real time), and what it was; rows are only added."""

    __tablename__ = "key_audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # Id of a key, or `keys.OFFLINE`.
    what: Mapped[str] = mapped_column(String(16))  # `made` or `revoked`.
    key_id: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(500))
    label: Mapped[str] = mapped_column(String(100))


class RatingSource(Base):
    """A system that sends ratings, with the scale and channel codes that people set for it: never inferred."""

    __tablename__ = "rating_source"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    scheme: Mapped[str] = mapped_column(String(32))
    channels: Mapped[str] = mapped_column(String(32))


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
    """Where the archive ends: the last position and its hash; its row lock makes writers wait for each other."""

    __tablename__ = "archive_chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_position: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
