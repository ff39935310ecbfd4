"""Silences, and what recipients answered to a notice. Times are business time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class SilenceRow(Base):
    """A silence 静默: what it covers, from when until when, who asked for it and why.

    Attributes:
        scope: `all`, `kind`, `plan`, `task` or `unit`.
        value: Id of what is meant; empty for `all`.
        ended_by: Who ended it before its time; then `until_at` is that instant.
    """

    __tablename__ = "silences"
    __table_args__ = (Index("ix_silences_until_at", "until_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    scope: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(ID)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(ID, default="")


class ReplyRow(Base):
    """The last answer of a recipient to its notices about one clock.

    Attributes:
        kind: `acknowledged` 知悉 or `snoozed` 稍后提醒.
        notice_id: The notice that was answered.
        due_at: Due instant of that notice; under another one the answer holds no more.
        until_at: When the recipient is told again.
    """

    __tablename__ = "replies"

    task_id: Mapped[str] = mapped_column(ID, primary_key=True)
    clock: Mapped[str] = mapped_column(ID, primary_key=True)
    recipient: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ID)
