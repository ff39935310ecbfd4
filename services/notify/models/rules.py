"""The notice rules, a row a version."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class RulebookRow(Base):
    """One version of the notice rules, as JSON; a version is never changed or removed.

    Attributes:
        since: Business time from which its rungs hold; those before it are skipped. None: from the beginning.
        made_at: Business time at which it came into force; None for some that are older than this column.
        made_by: Account or key of who handed it in; empty for rules that came with a release.
        reason: Why, in the words of whoever handed it in.
    """

    __tablename__ = "rulebooks"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(ID, server_default="")
    reason: Mapped[str] = mapped_column(Text, server_default="")

    @property
    def shipped(self) -> bool:
        """Whether it came with a release, and nobody set it."""
        return not self.made_by
