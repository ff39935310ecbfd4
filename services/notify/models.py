"""Tables of the notify service: what it mirrors of the ledger, its rules, and its notices with their deliveries.

Invariant: one row of `notices` per task, clock, due instant, rung, offset, occurrence and recipient, for ever.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import UtcDateTime

ID = String(64)


class Base(DeclarativeBase):
    """The metadata of this service."""


class UnitRow(Base):
    """A unit 单位, as `supervision` told."""

    __tablename__ = "units"

    unit_id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    collective: Mapped[bool]
    revision: Mapped[int]


class TaskRow(Base):
    """A task 督办事项, as `supervision` told."""

    __tablename__ = "tasks"

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(40))
    answering_unit: Mapped[str | None] = mapped_column(ID)
    level: Mapped[str] = mapped_column(String(16), server_default="normal")
    revision: Mapped[int]


class TaskUnitRow(Base):
    """A unit's role on a task; `place` keeps the order of the document."""

    __tablename__ = "task_units"

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[int]


class ClockRow(Base):
    """A clock 时限 and how far its rungs are decided.

    Attributes:
        decided_offset: Offset of the last rung decided for this due instant; none before the first.
        next_at: Business time at which the engine has to look at it again; none for a stopped one. Whoever changes
            what the plan depends on sets it to now, and the engine plans anew.
    """

    __tablename__ = "clocks"
    __table_args__ = (Index("ix_clocks_next_at", "next_at"),)

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    clock: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed: Mapped[bool]
    revision: Mapped[int]
    decided_offset: Mapped[int | None]
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BlockRow(Base):
    """That a task waits for another, `by`, as `supervision` told; the row goes when it does not any more."""

    __tablename__ = "blocks"

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    by: Mapped[str] = mapped_column(ID, primary_key=True)


class CalendarYearRow(Base):
    """A year of which operators revised the working days."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]
    revision: Mapped[int]


class CalendarDayRow(Base):
    """A day that operators set to working or off."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int]
    workday: Mapped[bool]


class RulebookRow(Base):
    """One version of the notice rules, as JSON."""

    __tablename__ = "rulebooks"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)


class NoticeRow(Base):
    """A decision about one rung of one clock for one recipient: told, or recorded as skipped.

    Attributes:
        id: Follows from the unique key.
        verdict: Why it was sent or skipped.
        behind: Decided without having read all of `supervision`, because the wait for it had a limit.
        text: What the recipient reads; empty for a skipped rung.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint(
            "task_id",
            "clock",
            "due_at",
            "rung",
            "offset_days",
            "occurrence",
            "recipient",
            name="uq_notices_key",
        ),
        Index("ix_notices_decided_at", "decided_at", "id"),
        Index("ix_notices_recipient", "recipient", "decided_at", "id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    task_id: Mapped[str] = mapped_column(ID)
    clock: Mapped[str] = mapped_column(ID)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rung: Mapped[str] = mapped_column(String(20))
    offset_days: Mapped[int]
    occurrence: Mapped[int]
    recipient: Mapped[str] = mapped_column(ID)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(String(40))
    late: Mapped[bool]
    behind: Mapped[bool]
    rules_version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class InboxRow(Base):
    """A notice in the in-app inbox of its recipient; times are business time."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_recipient", "recipient", "arrived_at"),)

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(ID)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ParcelRow(Base):
    """One message to one recipient through one channel: all letters that left together.

    Attributes:
        id: Follows from the content: channel, recipient, notices.
        day: Business day in Shanghai of its last attempt; a recipient has one routine parcel of a day and channel.
        urgent: It did not wait for the routine message of a day.
        notices: How many it holds.
        sent_at: Business time at which the channel took it; none while it did not, as far as is known.
    """

    __tablename__ = "parcels"
    __table_args__ = (
        Index(
            "uq_parcels_routine",
            "channel",
            "recipient",
            "day",
            unique=True,
            sqlite_where=text("NOT urgent"),
            postgresql_where=text("NOT urgent"),
        ),
        Index("ix_parcels_day", "day", "id"),
        Index("ix_parcels_sent_at", "sent_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(ID)
    day: Mapped[date]
    urgent: Mapped[bool]
    notices: Mapped[int]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeliveryRow(Base):
    """One attempt to send a notice through a channel, written before it begins and after it ended.

    Attributes:
        parcel_id: The message in which it left; a later attempt leaves in the same one. None until it first does.
        outcome: `waiting`, `sending`, then `sent`, `refused`, `failed`, or `unknown` when a crash left no answer.
        haste: Why it waits for the routine message of a day, or does not (`domain_parcels.Haste`).
        not_before: Business time before which it does not leave.
        next_try_at: Real time before which a waiting attempt does not begin.
        begun_at: Real time at which it began; one that stays without an answer is unknown after a while.
        at: Business time of the outcome.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_todo", "outcome", "next_try_at"),
        Index("ix_deliveries_parcel", "parcel_id"),
    )

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parcel_id: Mapped[str | None] = mapped_column(ForeignKey("parcels.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)
    haste: Mapped[str] = mapped_column(String(20))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
