"""When the service ran, so that a notice that came late can say why."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import Base
from shared.tables import UtcDateTime


class RunRow(Base):
    """One life of one replica; business time.

    Attributes:
        alive_at: When it last said that it lives.
    """

    __tablename__ = "runs"

    holder: Mapped[str] = mapped_column(String(100), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    alive_at: Mapped[datetime] = mapped_column(UtcDateTime)
