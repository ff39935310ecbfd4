"""Tables of rectifications 差评整改: the case, its ratings, its steps and call-backs, and the limits that places set.

Invariant: what people wrote (reasons, measures, replies) stays in these tables; events carry ids and codes alone.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class RectificationRow(Base):
    """What a task of the kind `rectification` has beside the common fields: where it stands, and what was found.

    `rating_id` is the rating that opened it, `level` its last bad level. `rated_unit` is the unit it was dispatched to,
    by what `dispatched_by` says (a rule's id, `code`, or nothing). `verdict` and `stands` are what holds now;
    `proposed` waits for the office, entered by `proposed_by`; `judges` are those of the office who have had their say
    on it, `first_judge` the one who found so first. `appeal_side` and `stage_before` stand while an appeal is open.
    `round` counts from 1, one more after each reopening. `grade` is the class of its limit under the version
    `rules_version` of `rules_region`; `late` is said when it was put right.
    """

    __tablename__ = "rectification"
    __table_args__ = (
        Index("ix_rectification_service", "project_no", "service_number", "source_id"),
        Index("ix_rectification_stage", "stage", "task_id"),
    )
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    rating_id: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[str]
    project_no: Mapped[str]
    service_number: Mapped[int]
    unit_code: Mapped[str]
    item_code: Mapped[str]
    region_code: Mapped[str]
    hall: Mapped[str]
    window: Mapped[str]
    level: Mapped[int]
    is_named: Mapped[bool]
    rated_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    rated_unit: Mapped[str | None] = mapped_column(ID, index=True)
    dispatched_by: Mapped[str] = mapped_column(ID)
    call_back: Mapped[bool]
    stage: Mapped[str] = mapped_column(String(16))
    round: Mapped[int]
    grade: Mapped[str] = mapped_column(String(16))
    rules_region: Mapped[str] = mapped_column(ID)
    rules_version: Mapped[int]
    verdict: Mapped[str | None] = mapped_column(String(16))
    stands: Mapped[bool]
    proposed: Mapped[str | None] = mapped_column(String(16))
    proposed_by: Mapped[str | None]
    first_judge: Mapped[str | None]
    judges: Mapped[list[str]]
    refused: Mapped[bool]
    appeal_side: Mapped[str | None] = mapped_column(String(16))
    stage_before: Mapped[str | None] = mapped_column(String(16))
    mode: Mapped[str | None] = mapped_column(String(16))
    measures: Mapped[str]
    owner: Mapped[str]
    ledger_due: Mapped[date | None]
    rectified_at: Mapped[datetime | None]
    late: Mapped[bool | None]
    reply: Mapped[str]
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class RectifiedRatingRow(Base):
    """A bad rating of a case: the one that opened it, and 追加评价 that joined it."""

    __tablename__ = "rectification_rating"
    rating_id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("rectification.task_id"), index=True)
    assessment_number: Mapped[int]
    level: Mapped[int]
    is_named: Mapped[bool]
    rated_at: Mapped[datetime]
    joined_at: Mapped[datetime]


class RectificationStepRow(Base):
    """A step of a case: who, for which unit, when and why; rows are added and never changed."""

    __tablename__ = "rectification_step"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("rectification.task_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(16))
    round: Mapped[int]
    from_stage: Mapped[str] = mapped_column(String(16))
    to_stage: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    entered_at: Mapped[datetime]
    by: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(ID)
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]


class CallBackRow(Base):
    """An attempt of a 回访 by somebody who is not of the rated unit; `level` is the new rating where one was given."""

    __tablename__ = "rectification_call_back"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("rectification.task_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]
    reached: Mapped[bool]
    level: Mapped[int | None]
    note: Mapped[str]


class RectificationRuleRow(Base):
    """The limits and shares that a place (region prefix, empty for everywhere) set, as versions; the last one holds."""

    __tablename__ = "rectification_rule"
    region: Mapped[str] = mapped_column(ID, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    reason: Mapped[str]


class MonitoredServiceRow(Base):
    """A 办件 whose limit passed, and the task that it became."""

    __tablename__ = "monitored_service"
    service_id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), unique=True)
    unit_code: Mapped[str]
    item_code: Mapped[str]
    due_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
