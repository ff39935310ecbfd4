"""Tables of recurring duties 例行事项 and of their occurrences."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class DutyRow(Base):
    """What a unit has to do so many `times` in every period that begins from `starts_on` to `ends_on`.

    `post` is whose it is within the unit, as a post; `cadence_id` the cadence of a plan that it was adopted from,
    which a revised document may drop without ending the duty.
    """

    __tablename__ = "duty"
    __table_args__ = (Index("ix_duty_unit", "unit_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    post: Mapped[str]
    frequency: Mapped[str] = mapped_column(String(16))
    times: Mapped[int]
    report_to: Mapped[str | None]
    cadence_id: Mapped[str | None] = mapped_column(ID, index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    adopted_by: Mapped[str]
    adopted_at: Mapped[datetime]


class OccurrenceRow(Base):
    """One time that a duty is owed in a period; its key is what makes it registered once."""

    __tablename__ = "duty_occurrence"
    duty_id: Mapped[str] = mapped_column(ID, ForeignKey("duty.id"), primary_key=True)
    period_start: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), unique=True)
