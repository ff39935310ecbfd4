"""督办 deadlines: the notices that the deadline engine decided. Owner: services/notify."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.events.envelope import Event

Rung = Literal["warned", "due", "overdue"]  # 提前预警 / 到时提醒 / 超时通报


class NoticeIssued(Event):
    """A notice was decided: once per (task, clock, due instant, rung, offset, occurrence, recipient).

    `planned_at` is when the rule asked for it, `decided_at` when it was decided; `late` marks one that was missed
    while the service was down.
    """

    type: ClassVar[str] = "cn.duban.deadlines.notice.issued.v1"
    subject_field: ClassVar[str] = "task_id"
    notice_id: str
    task_id: str
    clock: str
    due_at: datetime
    rung: Rung
    offset_days: int
    occurrence: int = 1
    recipient: str
    planned_at: datetime
    decided_at: datetime
    late: bool = False


class ReportReminded(Event):
    """A unit was told that its report on a task for `period` (a month, `2023-06`) is asked for, once."""

    type: ClassVar[str] = "cn.duban.deadlines.report.reminded.v1"
    subject_field: ClassVar[str] = "task_id"
    notice_id: str
    task_id: str
    period: str
    due_at: datetime
    recipient: str
    decided_at: datetime
