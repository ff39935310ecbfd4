"""Tables beside the archive: its daily anchors, and what retention removed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime


class ArchiveAnchor(Base):
    """Where the chain stood when a day began in Shanghai; rows are only added."""

    __tablename__ = "archive_anchor"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)  # Real time; retention counts from it.


class ArchiveTrimmed(Base):
    """How far a stream's entries were removed: its last sequence that is gone."""

    __tablename__ = "archive_trimmed"

    stream: Mapped[str] = mapped_column(String(32), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)


class ArchiveTrim(Base):
    """That entries were removed: by whom, when (real time), and up to which anchor; rows are only added."""

    __tablename__ = "archive_trim"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))  # Id of a key, or `retention`.
    day: Mapped[date] = mapped_column(Date)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
