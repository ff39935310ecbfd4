"""Rules of rates and limits of findings that this place set in the stead of those of the files."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Id
from shared.tables import UtcDateTime


class RateRuleRow(Base):
    """A version of a rate's rule: what differs from the file, since when, by whom and why; one never changes."""

    __tablename__ = "rate_rule"

    rate: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[dict[str, object]] = mapped_column(JSON)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(String(500))


class FindingLimitRow(Base):
    """A version of the limits of findings, as `RateRuleRow` is one of a rule."""

    __tablename__ = "finding_limit"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[dict[str, object]] = mapped_column(JSON)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(String(500))
