"""Tables of measures taken 督办措施."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class MeasureRow(Base):
    """A measure about a task: proposed by a rule or a person, then taken or declined, and for a plate lifted.

    `causes` names what it was proposed for, so that no rule proposes it twice for the same; `inputs` are what the
    rule saw. `decided_by` is the account that entered the decision, `decided_by_name` the post or code of the leader
    who made it. `due_on` is a plate's own deadline.
    """

    __tablename__ = "measure"
    __table_args__ = (Index("ix_measure_task", "task_id", "proposed_at"), Index("ix_measure_state", "state"))
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str | None] = mapped_column(String(64))
    rule_version: Mapped[int | None]
    inputs: Mapped[dict[str, Any]]
    causes: Mapped[list[str]]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    paper_number: Mapped[str | None] = mapped_column(String(64), unique=True)
    record: Mapped[str]
    published: Mapped[bool]
    due_on: Mapped[date | None]
    lifted_by: Mapped[str | None]
    lifted_by_name: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str]
