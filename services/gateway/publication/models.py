"""The table of publications: ratings whose rater allowed it, from waiting over published to withdrawn."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime


class Publication(Base):
    """A rating that may be published: what its event says of it, and what a person let go of its words."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_state", "state", "published_at", "rating_id"),)

    rating_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))  # `domain.State`.
    level: Mapped[int] = mapped_column(Integer)
    unit_code: Mapped[str] = mapped_column(String(64))
    item_code: Mapped[str] = mapped_column(String(64))
    reasons: Mapped[str] = mapped_column(String(200))  # Codes, separated by commas.
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)  # Counts releases and withdrawals.
    text: Mapped[str] = mapped_column(Text)  # Redacted; empty while it waits and after it was withdrawn.
    outcome: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Business time, as is the next.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(64))  # Id of a key, as is the next.
    withdrawn_by: Mapped[str] = mapped_column(String(64))
    withdrawn_reason: Mapped[str] = mapped_column(Text)
