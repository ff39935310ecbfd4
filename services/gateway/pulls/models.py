"""The table of pulling: the plan of a source, how far it was taken, and what came of the last runs."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.models import Base
from shared.tables import UtcDateTime


class FeedPull(Base):
    """How one source is asked, and how far it was taken; all times are real time."""

    __tablename__ = "feed_pull"

    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    plan: Mapped[str] = mapped_column(Text)  # JSON; it names secrets and holds none.
    enabled: Mapped[bool] = mapped_column(Boolean)
    cursor: Mapped[str] = mapped_column(Text)  # JSON; moves with what was taken.
    fence: Mapped[int] = mapped_column(
        BigInteger
    )  # Grows with each round; an older one can't move the cursor.
    holder: Mapped[str] = mapped_column(String(100))  # Of the round at hand; empty between two.
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)  # Then another replica may take over.
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # The last round that went well.
    runs: Mapped[int] = mapped_column(BigInteger)  # That went well.
    failed_runs: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(Integer)  # In a row; 0 after a round that went well.
    error: Mapped[str] = mapped_column(
        Text
    )  # Of the last failure, without secrets; empty after a good round.
    error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(64))  # Id of a key.
