"""Tables of linked tasks: tasks that say the same, signed for and reported on together."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class LinkRow(Base):
    """A link 联动 with the reason for it and who made it."""

    __tablename__ = "link"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class TaskLinkRow(Base):
    """A task's place in its link; it is in one at most."""

    __tablename__ = "task_link"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    link_id: Mapped[str] = mapped_column(ID, ForeignKey("link.id"), index=True)
