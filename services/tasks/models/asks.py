"""Tables of the reports that units are asked for.

Invariant: a task is asked for once a month at most, by the key of `report_ask`.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class ReportRoundRow(Base):
    """That the reports of a month were asked for, once for all tasks; `asked` counts them."""

    __tablename__ = "report_round"
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    asked_at: Mapped[datetime]
    asked: Mapped[int]


class ReportAskRow(Base):
    """An ask for a report on a task for a month; `reminded_at` is when its unit was told."""

    __tablename__ = "report_ask"
    __table_args__ = (Index("ix_report_ask_asked_at", "asked_at"),)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
