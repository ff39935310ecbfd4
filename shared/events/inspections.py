"""督办: inspections 督查活动. A part of the feed `supervision`. Owner: services/tasks.

Titles, findings and conclusions stay out. Until an inspection has begun its units stay out too: they are not to know
that somebody is about to come.
"""

from datetime import date
from typing import ClassVar, Literal

from shared.events.envelope import Event


class InspectionEvent(Event):
    """A step of an inspection; `revision` of the envelope is the number of the step."""

    subject_field: ClassVar[str] = "inspection_id"
    inspection_id: str


class InspectionApproved(InspectionEvent):
    """批准: a leader approved an inspection of so many `units`; `overridden` when beyond the limit of one of them."""

    type: ClassVar[str] = "cn.duban.supervision.inspection.approved.v1"
    units: int
    overridden: bool = False


class InspectionWithdrawn(InspectionEvent):
    """撤回: an approved inspection will not take place."""

    type: ClassVar[str] = "cn.duban.supervision.inspection.withdrawn.v1"


class InspectionStarted(InspectionEvent):
    """启动: the inspection of `units` is under way; a 回头看 names the inspection that it looks back at."""

    type: ClassVar[str] = "cn.duban.supervision.inspection.started.v1"
    units: tuple[str, ...]
    starts_on: date
    ends_on: date
    follow_up_of: str | None = None


class InspectionFound(InspectionEvent):
    """督查发现: the problem `task_id` was found, for which `unit_id` answers."""

    type: ClassVar[str] = "cn.duban.supervision.inspection.found.v1"
    task_id: str
    unit_id: str


class InspectionConcluded(InspectionEvent):
    """反馈督查结论: `units` were told the conclusion, and their feedback is due on `feedback_due_on`."""

    type: ClassVar[str] = "cn.duban.supervision.inspection.concluded.v1"
    units: tuple[str, ...]
    feedback_due_on: date


class InspectionClosed(InspectionEvent):
    """办结: the inspection was closed with its effect 效果评估; its findings go on as problems."""

    type: ClassVar[str] = "cn.duban.supervision.inspection.closed.v1"
    effect: Literal["good", "fair", "poor"]
