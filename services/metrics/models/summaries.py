"""Summaries of the feeds that were compiled."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Code, Id
from shared.tables import UtcDateTime


class FeedSummaryRow(Base):
    """A summary; what it says stands in its event.

    Attributes:
        by: An account, or `schedule`.
        late: Compiled long after its time.
        facts: Orders or ratings of its period.
    """

    __tablename__ = "feed_summary"
    __table_args__ = (UniqueConstraint("kind", "period", "version", name="uq_feed_summary"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    period: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    compiled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(100))
    late: Mapped[bool]
    facts: Mapped[int]


class FeedSummaryKindRow(Base):
    """Whether a kind is compiled at its times; without a row it is."""

    __tablename__ = "feed_summary_kind"

    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    active: Mapped[bool]
    set_by: Mapped[str] = mapped_column(String(100))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
