"""The notice rules, a row a version."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import ID, Base
from shared.tables import UtcDateTime


class RulebookRow(Base):
    """One version of the notice rules, as JSON.

    Attributes:
        by: The account that put them in force; empty for those that came with the package.
    """

    __tablename__ = "rulebooks"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ID, server_default="")
