"""The table of chosen light rules."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import Base


class LightChoiceRow(Base):
    """The rule of the lights from an instant on; before the first choice the shipped default holds."""

    __tablename__ = "light_choice"
    since: Mapped[datetime] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(64))
    chosen_by: Mapped[str]
    reason: Mapped[str]
