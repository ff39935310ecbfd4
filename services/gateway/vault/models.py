"""Tables of the vault: wrapped data keys, closed pieces, and the log of who looked; all their times are real time."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import POSITION, Base
from shared.tables import UtcDateTime


class VaultKey(Base):
    """The data key of a person, or one of the vault's own (`service.RING`), wrapped by the wrapping key `key_id`."""

    __tablename__ = "vault_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own protocol.

    person: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(61))


class VaultEntry(Base):
    """One piece of a subject, closed with the data key of its person."""

    __tablename__ = "vault_entry"
    __table_args__ = (
        Index("ix_vault_entry_person", "person"),
        Index("ix_vault_entry_kept_at", "kept_at"),
        {"sqlite_with_rowid": False},
    )

    subject_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    person: Mapped[bytes] = mapped_column(LargeBinary(16))
    closed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)  # Retention counts from it.


class VaultDeed(Base):
    """That somebody saw pieces unmasked, got our answer back, or destroyed a person's key; rows are only added."""

    __tablename__ = "vault_deed"

    id: Mapped[int] = mapped_column(POSITION, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # Id of the key, or `return:` and the source.
    what: Mapped[str] = mapped_column(String(12))  # `seen`, `returned` or `destroyed`.
    subject_id: Mapped[str] = mapped_column(String(200))
    kinds: Mapped[str] = mapped_column(String(100))  # Separated by spaces.
    reason: Mapped[str] = mapped_column(Text)
