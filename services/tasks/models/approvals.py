"""Tables of 审管联动: each result of an approval with who has to claim it, its steps, and the rules of claims.

Invariant: who applied stays with the gateway; here are ids, codes and the words of officials.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class ApprovalRow(Base):
    """One version of the result of an approval.

    `received_on` is the Shanghai day on which the gateway took it in; `unit_id` who has it, none while the supervision
    office has to find one; `how` it got there (`rule_id` for a row of the directory), and `hop` how many units it was
    handed to. `due_at` ends the limit of whoever has it now, which began at `started_at` and counts `limit_workdays`;
    it stays once the result is claimed. `supervised_note` is the number of the record of the first supervision.
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("approval_id", "version"),
        Index("ix_approval_received", "received_at", "id"),
        Index("ix_approval_day", "received_on", "source_id"),
        Index("ix_approval_state", "state", "due_at"),
        Index("ix_approval_unit", "unit_id", "state"),
        Index("ix_approval_code", "unit_code"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    approval_id: Mapped[str] = mapped_column(ID)
    version: Mapped[int]
    source_id: Mapped[str] = mapped_column(ID)
    project_no: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ID)
    item_code: Mapped[str]
    item_type: Mapped[str] = mapped_column(String(16))
    region_code: Mapped[str]
    result: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime]
    amends: Mapped[str]
    valid_until: Mapped[date | None]
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[str | None] = mapped_column(ID, ForeignKey("unit.id"))
    how: Mapped[str] = mapped_column(String(16))
    rule_id: Mapped[str | None] = mapped_column(ID)
    hop: Mapped[int]
    limit_workdays: Mapped[int]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str]
    late: Mapped[bool | None]
    supervised_on: Mapped[date | None]
    supervised_note: Mapped[str]
    superseded_by: Mapped[int | None]
    revision: Mapped[int]
    steps: Mapped[int]


class ApprovalStepRow(Base):
    """A step of a result: who, for which unit, when and why; rows are added and never changed."""

    __tablename__ = "approval_step"
    record_id: Mapped[str] = mapped_column(ID, ForeignKey("approval.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    entered_at: Mapped[datetime]
    by: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ID)
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]


class ApprovalRuleRow(Base):
    """The rules of claims, as versions; the last one holds."""

    __tablename__ = "approval_rule"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    reason: Mapped[str]
