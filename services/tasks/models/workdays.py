"""Tables of the working calendar that people set."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import Base


class CalendarYearRow(Base):
    """A year whose working days people set; `complete` when it is the whole official calendar."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]
    revision: Mapped[int]


class CalendarDayRow(Base):
    """A day that people set as working or off; it wins over the computed calendar."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), index=True)
    is_workday: Mapped[bool]
