"""Tables of attachments 附件; their contents lie in the store, under their hash."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class AttachmentRow(Base):
    """One file of one task; it is never removed, only withdrawn.

    `sha256` is that of the content, in hexadecimal; equal contents lie in the store once. `size` is in bytes; times
    are business time. `withdrawn_reason` is empty while it stands.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_task", "task_id", "added_at"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    added_by: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ID)
    added_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str]
