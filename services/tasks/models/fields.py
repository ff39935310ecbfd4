"""Table of the fields that a kind adds to its tasks."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.tasks.models.rows import ID, Base


class FieldRow(Base):
    """What a task says in one field of its kind: a code, a number or a post."""

    __tablename__ = "task_field"
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("task.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str]
