"""Tables of subscriptions: who wants what, each delivery of an event, each attempt, and the ages of streams."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Float, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime

_UNFINISHED = text("state IN ('waiting', 'held', 'sending')")


class Subscription(Base):
    """What one downstream system gets, and how: webhooks, or a stream of its own.

    Attributes:
        secret: Sealed: what signs webhooks, or the SHA-256 of the password of a stream's reader.
        position: Of the archive; up to here it was read.
        appended: Position of the last entry of a stream, 0 for none; None where it has to be built anew.
        trimmed: Position up to which entries of a stream were removed for their age or number.
    """

    __tablename__ = "subscription"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), server_default="webhook")
    filters: Mapped[str] = mapped_column(Text)  # JSON of `Filters`.
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[bytes] = mapped_column(LargeBinary)  # Shown once; the next two are sealed too.
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    old_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Until then both hold; real time.
    headers: Mapped[bytes | None] = mapped_column(LargeBinary)  # JSON.
    header_names: Mapped[str] = mapped_column(Text)  # Separated by spaces; shown.
    timeout: Mapped[float] = mapped_column(Float)  # Real seconds of one step of a call.
    proxy: Mapped[str] = mapped_column(String(500))
    ca_file: Mapped[str] = mapped_column(String(500))
    at_once: Mapped[int] = mapped_column(Integer)  # Deliveries on their way at the same time.
    per_second: Mapped[int] = mapped_column(Integer)
    owner: Mapped[str] = mapped_column(String(64))  # Id of the key that made it.
    begun_after: Mapped[int] = mapped_column(BigInteger)  # Position of the archive, as are the next three.
    position: Mapped[int] = mapped_column(BigInteger)
    appended: Mapped[int | None] = mapped_column(BigInteger)
    trimmed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    keep_entries: Mapped[int] = mapped_column(
        Integer, server_default="100000"
    )  # Of a stream, as is the next.
    keep_hours: Mapped[int] = mapped_column(Integer, server_default="168")  # Real time.
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer)  # In a row.
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Real time, as are the next.
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(64))


class StreamMark(Base):
    """How far a stream was at an instant (real time): tells which of its entries are older than that."""

    __tablename__ = "stream_mark"

    subscription: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class Delivery(Base):
    """One event, or gap, that goes to one subscriber.

    Attributes:
        position: Of the event in the archive; of a gap, its last.
        gap_from: First position that retention has passed; None for events.
        webhook_id: The same in every attempt.
        day: Shanghai day on which it was put into the queue, in business time.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_due",
            "subscription",
            "state",
            "next_try_at",
            "position",
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index(
            "ix_delivery_subject",
            "subscription",
            "subject",
            "position",
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index("ix_delivery_day", "subscription", "day", "state"),
    )

    subscription: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    webhook_id: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    gap_from: Mapped[int | None] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer)
    tries: Mapped[int] = mapped_column(Integer)  # Attempts since it was queued last.
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)  # Real time, as are the next.
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # Of the attempt at hand, as are the next two.
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    holder: Mapped[str] = mapped_column(String(100))  # Which replica is sending it.
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeliveryAttempt(Base):
    """One call of a receiver; real time."""

    __tablename__ = "delivery_attempt"

    subscription: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12))
    status: Mapped[int | None] = mapped_column(Integer)
    latency_ms: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(Text)
