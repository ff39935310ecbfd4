"""督办: attachments of tasks. A part of the feed `supervision`. Owner: services/tasks.

File names stay out: they may name people.
"""

from typing import ClassVar

from pydantic import Field

from shared.events.envelope import Event


class AttachmentAdded(Event):
    """A file was attached to a task, as evidence that a report may name; `sha256` proves its content."""

    type: ClassVar[str] = "cn.duban.supervision.attachment.added.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    attachment_id: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(ge=1)
    media_type: str
    unit_id: str | None = None


class AttachmentWithdrawn(Event):
    """An attachment that no report names was withdrawn; its content is kept."""

    type: ClassVar[str] = "cn.duban.supervision.attachment.withdrawn.v1"
    subject_field: ClassVar[str] = "task_id"
    task_id: str
    attachment_id: str
