"""Notices and the in-app inbox.

Invariant: one row of `notices` per task, clock, due instant, rung, offset, occurrence and recipient, for ever.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class NoticeRow(Base):
    """A decision about one rung of one clock for one recipient: told, or recorded as skipped.

    Attributes:
        id: Follows from the unique key.
        verdict: Why it was sent or skipped.
        behind: Decided without having read all of `supervision`, because the wait for it had a limit.
        text: What the recipient reads; empty for a skipped rung.
        reason: Why a silence, a snooze or an acknowledgement held it back, in the words of whoever set that.
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
    reason: Mapped[str] = mapped_column(Text, server_default="")


class InboxRow(Base):
    """A notice in the in-app inbox of its recipient; times are business time."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_recipient", "recipient", "arrived_at"),)

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(ID)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
