"""Tables of the audit: its entries and the head of their chain; all their times are real time."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import POSITION, Base
from shared.tables import UtcDateTime

HEAD = 1  # Id of the only row of `audit_head`.


class AuditEntry(Base):
    """One entry; a trigger of the database refuses to change or delete one."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_by", "by", "id"), Index("ix_audit_entry_what", "what", "id"))

    id: Mapped[int] = mapped_column(POSITION, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(Text)  # JSON.
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain; whoever adds an entry holds this row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(POSITION)
    hash: Mapped[str] = mapped_column(String(64))
