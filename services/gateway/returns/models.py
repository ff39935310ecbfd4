"""Tables of returns: where subjects came from, what goes back, each attempt, the targets, and the cursor."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime

CURSOR = 1  # Id of the only row of `return_cursor`.


class ReturnCursor(Base):
    """Up to which position of the archive returns were read; its row lock lets one replica read at a time."""

    __tablename__ = "return_cursor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)


class ReturnSubject(Base):
    """A bad rating or an order: the ids that its source knows it by, and the task that it became."""

    __tablename__ = "return_subject"
    __table_args__ = (
        Index("ix_return_subject_task", "task_id"),
        Index("ix_return_subject_merged", "merged_into"),
    )

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64))  # Empty until its own event was read.
    number: Mapped[str] = mapped_column(String(200))
    service_number: Mapped[int] = mapped_column(Integer)
    assessment_number: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date | None] = mapped_column(Date)
    task_id: Mapped[str | None] = mapped_column(String(200))
    merged_into: Mapped[str | None] = mapped_column(
        String(200)
    )  # The task in which it is dealt with instead.


class ReturnRow(Base):
    """One state that goes back to where its subject came from, at most once per event."""

    __tablename__ = "return_row"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "step", "occurrence"),
        Index("ix_return_row_due", "source_id", "state", "next_try_at"),
        Index("ix_return_row_order", "kind", "subject_id", "position"),
        Index("ix_return_row_day", "source_id", "day"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # The idempotency id.
    kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(String(200))
    source_id: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(24))
    occurrence: Mapped[int] = mapped_column(Integer)  # Of the step, for its subject: 1, 2, …
    event_id: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(BigInteger)  # Of the event, in the archive.
    content: Mapped[str] = mapped_column(Text)  # JSON: ids, codes and dates.
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)  # Business time, as is the next, of Shanghai.
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)  # Of the state; from the last attempt or a person.
    attempts: Mapped[int] = mapped_column(Integer)
    tries: Mapped[int] = mapped_column(Integer)  # Attempts since it was queued last.
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)  # Real time, as are the next.
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lost_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # When an attempt without an end counts as lost.
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReturnAttempt(Base):
    """One call of a platform: written before it, and ended after it; all times are real time."""

    __tablename__ = "return_attempt"
    __table_args__ = (
        Index("ix_return_attempt_begun", "source_id", "begun_at"),
        Index("ix_return_attempt_age", "begun_at"),
    )

    return_id: Mapped[str] = mapped_column(ForeignKey("return_row.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source_id: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12))
    status: Mapped[int | None] = mapped_column(Integer)  # Of HTTP.
    latency_ms: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(Text)  # The first of the answer, without secrets.


class ReturnTarget(Base):
    """Where the states of one source go back to, and how."""

    __tablename__ = "return_target"

    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    form: Mapped[str] = mapped_column(String(32))
    overrides: Mapped[str] = mapped_column(Text)  # JSON, in the shape of a form.
    steps: Mapped[str] = mapped_column(Text)  # Separated by spaces; those that are wanted.
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # Sealed, as is the next; never shown.
    headers: Mapped[bytes | None] = mapped_column(LargeBinary)  # JSON.
    header_names: Mapped[str] = mapped_column(Text)  # Separated by spaces; shown.
    timeout: Mapped[float] = mapped_column(Float)  # Real seconds of one step of a call.
    proxy: Mapped[str] = mapped_column(String(500))
    ca_file: Mapped[str] = mapped_column(String(100), server_default="")  # Its name in the folder of roots.
    per_minute: Mapped[int] = mapped_column(Integer)
    enabled: Mapped[bool] = mapped_column(Boolean)
    not_before: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # The platform asked for silence; real time.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # Real time.
    changed_by: Mapped[str] = mapped_column(String(64))  # Id of a key.
