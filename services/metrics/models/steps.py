"""Steps of tasks as facts: every word that was told of a task's life, kept for ever."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.metrics.models.base import Base, Code, Id
from shared.tables import UtcDateTime


class TaskStep(Base):
    """A step of a task; one never changes. What its `kind` has no use for is empty.

    Attributes:
        sequence: Its place in `supervision`; of two steps the later one holds.
        kind: A name of `steps.KINDS`: `registered`, `closed`, `returned`, `extension_granted`, `measure_taken` …
        told_at: Business time of the event.
        at: When it was: the day of closing as the ledger says, else `told_at`.
        state: Where the task stands after it; empty where the step moves nothing.
        due_at: Due instant: of a registration the printed one, of a clock the one in force.
        late: Closed after the due instant; `late_by_original` holds the date before any extension against it.
        word: The clock, or what the measure is.
        task_kind, plan_id, unit_id, in_year_scope: Of a registration; `unit_id` is the unit that answers.
    """

    __tablename__ = "task_step"
    __table_args__ = (
        Index("ix_task_step_kind_unit", "kind", "unit_id"),
        Index("ix_task_step_kind_plan", "kind", "plan_id"),
    )

    task_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(Code)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(Code)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late: Mapped[bool]
    late_by_original: Mapped[bool | None]
    word: Mapped[str] = mapped_column(String(64))
    task_kind: Mapped[str] = mapped_column(Code)
    plan_id: Mapped[str | None] = mapped_column(Id)
    unit_id: Mapped[str | None] = mapped_column(Id)
    in_year_scope: Mapped[bool]
