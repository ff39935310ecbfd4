"""Tables by which the feeds find a unit: codes of units, and the dispatch directory 派单目录."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class UnitCodeRow(Base):
    """A 统一社会信用代码 and the unit that it means; the codes of a merged unit mean its successor."""

    __tablename__ = "unit_code"
    code: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), index=True)
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class DispatchRuleRow(Base):
    """A row of the dispatch directory; an empty item, code or region means any of them.

    `purpose` is what it decides about: `service` for bad ratings and late 办件, `approval` for who supervises what was
    approved. `item` and `region` are prefixes. It holds from `starts_on` through `ends_on`, Shanghai days.
    """

    __tablename__ = "dispatch_rule"
    __table_args__ = (Index("ix_dispatch_rule_code", "unit_code", "starts_on"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16), server_default="service")
    item: Mapped[str] = mapped_column(ID)
    unit_code: Mapped[str] = mapped_column(ID)
    region: Mapped[str] = mapped_column(ID)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
