"""What notify mirrors of the ledger: units, tasks, clocks, blocks, working days."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class UnitRow(Base):
    """A unit 单位, as `supervision` told; one that was merged names its successor."""

    __tablename__ = "units"

    unit_id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    collective: Mapped[bool]
    successor: Mapped[str | None] = mapped_column(ID)
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
    plan_id: Mapped[str | None] = mapped_column(ID)
    revision: Mapped[int]


class TaskUnitRow(Base):
    """A unit's role on a task; `place` keeps the order of the document."""

    __tablename__ = "task_units"

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[int]


class ClockRow(Base):
    """A clock 时限 of a task, or of a service 办件, and how far its rungs are decided.

    Attributes:
        task_id: The task, or the service by its subject.
        feed: What tells of it, and has to be read before it is decided: `supervision`, or `ratings` for a service.
        decided_offset: Offset of the last rung decided for this due instant; none before the first.
        next_at: Business time at which the engine has to look at it again; none for a stopped one. Whoever changes
            what the plan depends on sets it to now, and the engine plans anew.
        span: Unit of time in which its limit is counted; none for a date.
        amount: How many of these units; none where people moved the due instant, or it is not known.
        snoozed_offset: Offset of the last rung that a snooze held back; it is told when that ends.
        snoozed_until: Business time of that end.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        Index("ix_clocks_next_at", "next_at"),
        Index("ix_clocks_feed_next_at", "feed", "next_at"),
    )

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    clock: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    feed: Mapped[str] = mapped_column(String(16), server_default="supervision")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed: Mapped[bool]
    revision: Mapped[int]
    decided_offset: Mapped[int | None]
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    span: Mapped[str | None] = mapped_column(String(16))
    amount: Mapped[int | None]
    snoozed_offset: Mapped[int | None]
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
