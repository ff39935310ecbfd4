"""What people say of indicators 指标: values, settings, and the values that were not reported in time."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Code, Id
from shared.tables import UtcDateTime


class IndicatorValue(Base):
    """A reported value; one never changes: what was wrong is corrected by a new one that names it.

    Attributes:
        number: Counts the values of one indicator, from 1.
        value: A decimal number as it was said, in the indicator's unit.
        on: The Shanghai day by whose end it held.
        evidence: Ids of attachments 佐证, or references such as a 文号.
        why: Why it jumps, or what was wrong with the one that it corrects.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (Index("ix_indicator_value_corrects", "corrects", unique=True),)

    indicator_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value_id: Mapped[str] = mapped_column(Id, unique=True)
    value: Mapped[str] = mapped_column(String(40))
    on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Code)
    evidence: Mapped[list[str]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(500))
    corrects: Mapped[str | None] = mapped_column(Id)
    unit_id: Mapped[str] = mapped_column(Id)
    reported_by: Mapped[str] = mapped_column(Id)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IndicatorSetting(Base):
    """A version of what planners set of an indicator; what is not in `changes` is as the catalogue says."""

    __tablename__ = "indicator_setting"

    indicator_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[dict[str, object]] = mapped_column(JSON)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(String(500))


class IndicatorMissed(Base):
    """未按时报送: no value of a period was there when its due day had passed; decided once, and never taken back."""

    __tablename__ = "indicator_missed"

    indicator_id: Mapped[str] = mapped_column(Id, primary_key=True)
    period: Mapped[str] = mapped_column(Code, primary_key=True)
    due_on: Mapped[date] = mapped_column(Date)
    unit_id: Mapped[str] = mapped_column(Id)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
