"""Tables of problems 问题清单 and of which task blocks which."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class ProblemRow(Base):
    """What a task of the kind `problem` has beside the common fields; its owner and date are the task's own."""

    __tablename__ = "problem"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(32), index=True)
    measure: Mapped[str]
    found_in: Mapped[str | None] = mapped_column(ID, ForeignKey("inspection.id"), index=True)
    found_on: Mapped[date]


class TaskBlockRow(Base):
    """That a task blocks another since an instant; `until` is none while it does.

    `ended_with_blocker` marks a block that the end of its blocker lifted: it begins again when that is reopened.
    """

    __tablename__ = "task_block"
    __table_args__ = (Index("ix_task_block_blocked", "blocked_task_id", "until"),)
    blocker_task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    blocked_task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    set_by: Mapped[str]
    ended_with_blocker: Mapped[bool] = mapped_column(server_default=false(), default=False)
