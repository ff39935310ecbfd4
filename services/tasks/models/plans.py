"""Tables of documents, plans and their parts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base, Placed


class DocumentRow(Base):
    """A confirmed file; `id` follows from the hash of its content."""

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str]


class PlanRow(Placed, Base):
    """A plan 方案; `title_key` is the title in one shape, by which a revised document finds it again."""

    __tablename__ = "plan"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    document_id: Mapped[str] = mapped_column(ID, ForeignKey("document.id"))
    ordinal: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date | None]
    tasks: Mapped[int]
    revision: Mapped[int]


class SectionRow(Placed, Base):
    """A heading of a plan; `role` says whether tasks, goals or requirements stand under it."""

    __tablename__ = "section"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    ordinal: Mapped[int]
    heading: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    role: Mapped[str] = mapped_column(String(32))
    chapter: Mapped[str | None]


class StageGoalRow(Placed, Base):
    """A stage goal 阶段目标; `withdrawn` once a revised document no longer names it."""

    __tablename__ = "stage_goal"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[float]
    unit: Mapped[str]
    due_on: Mapped[date]
    scope: Mapped[str]
    strength: Mapped[str] = mapped_column(String(8))
    withdrawn: Mapped[bool]
    revision: Mapped[int]


class TargetRow(Placed, Base):
    """A numeric target of a plan, or of one of its tasks."""

    __tablename__ = "target"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ID, ForeignKey("task.id"))
    name: Mapped[str]
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[float]
    value_max: Mapped[float | None]
    unit: Mapped[str]
    due_on: Mapped[date | None]
    period: Mapped[str | None]
    strength: Mapped[str] = mapped_column(String(8))
    withdrawn: Mapped[bool]
    revision: Mapped[int]


class CadenceRow(Placed, Base):
    """A duty that comes back (每月, 每季度), with who does it and to whom it is reported."""

    __tablename__ = "cadence"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ID, ForeignKey("plan.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ID, ForeignKey("task.id"))
    frequency: Mapped[str] = mapped_column(String(16))
    times: Mapped[int | None]
    actor: Mapped[str | None]
    actor_assumed: Mapped[bool]
    action: Mapped[str]
    report_to: Mapped[str | None]


class DoubtRow(Placed, Base):
    """Something in a document that was read but is not sure, for the person who confirms."""

    __tablename__ = "doubt"
    document_id: Mapped[str] = mapped_column(ID, ForeignKey("document.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    message: Mapped[str]
    task_id: Mapped[str | None] = mapped_column(ID)
