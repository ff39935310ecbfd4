"""Tables of inspections 督查活动: the plan, the units, each step, and objections to the conclusion."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class InspectionRow(Base):
    """An inspection with its approval, its conclusion, the limit for the units' feedback and its effect 效果评估.

    `team` are posts or codes; `joint_units` supervise together with the office 联动督办. `override_by_name` and
    `override_reason` stand where it was approved beyond a unit's limit. `follow_up_of` is the inspection that a
    回头看 looks back at.
    """

    __tablename__ = "inspection"
    __table_args__ = (Index("ix_inspection_state", "state", "starts_on"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str]
    basis: Mapped[str]
    scope: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    team: Mapped[list[str]]
    joint_units: Mapped[list[str]]
    state: Mapped[str] = mapped_column(String(16))
    follow_up_of: Mapped[str | None] = mapped_column(ID, ForeignKey("inspection.id"))
    approved_by_name: Mapped[str | None]
    override_by_name: Mapped[str | None]
    override_reason: Mapped[str]
    conclusion: Mapped[str]
    told_at: Mapped[datetime | None]
    feedback_due_on: Mapped[date | None]
    effect: Mapped[str | None] = mapped_column(String(16))
    effect_note: Mapped[str]


class InspectionUnitRow(Base):
    """A unit that is inspected, with its feedback on the conclusion."""

    __tablename__ = "inspection_unit"
    __table_args__ = (Index("ix_inspection_unit_unit", "unit_id"),)
    inspection_id: Mapped[str] = mapped_column(ID, ForeignKey("inspection.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    feedback: Mapped[str]
    feedback_at: Mapped[datetime | None]


class InspectionStepRow(Base):
    """One step of an inspection: who, when, why; rows are added and never changed."""

    __tablename__ = "inspection_step"
    inspection_id: Mapped[str] = mapped_column(ID, ForeignKey("inspection.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    entered_at: Mapped[datetime]
    by: Mapped[str]
    decided_by_name: Mapped[str | None]
    unit_id: Mapped[str | None] = mapped_column(ID)
    note: Mapped[str]


class ObjectionRow(Base):
    """A unit's objection 异议 to the conclusion, and what the review 复核 decided."""

    __tablename__ = "inspection_objection"
    inspection_id: Mapped[str] = mapped_column(ID, ForeignKey("inspection.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ID, ForeignKey("unit.id"), primary_key=True)
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    review_due_on: Mapped[date]
    outcome: Mapped[str | None] = mapped_column(String(16))
    opinion: Mapped[str]
    reviewed_by_name: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
