"""督办 deadlines: the notices that the deadline engine decided, and papers. Owner: services/notify."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.events.envelope import Event

Rung = Literal["warned", "due", "overdue"]  # 提前预警 / 到时提醒 / 超时通报


class NoticeIssued(Event):
    """A notice was decided: once per (task, clock, due instant, rung, offset, occurrence, recipient).

    `planned_at` is when the rule asked for it, `decided_at` when it was decided; `late` marks one that was missed
    while the service was down. `task_id` may be the record of a result of an approval, whose clock is `claim`.
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


class StepTold(Event):
    """A unit was told of a step beside its deadlines, once: a measure, a return, other orders, an answer on more time.

    `step` is `urge`, `talk`, `circular`, `plate`, `returned`, `instructed`, `reassigned` or `extension`; `occurrence`
    is the task's revision at that step.
    """

    type: ClassVar[str] = "cn.duban.deadlines.step.told.v1"
    subject_field: ClassVar[str] = "task_id"
    notice_id: str
    task_id: str
    step: str
    occurrence: int
    recipient: str
    decided_at: datetime


class ServiceNoticed(Event):
    """电子监察: a unit was told of the limit of a 办件, once per rung; `overdue` says that it passed."""

    type: ClassVar[str] = "cn.duban.deadlines.service.noticed.v1"
    subject_field: ClassVar[str] = "service_id"
    notice_id: str
    service_id: str
    unit_code: str
    item_code: str = ""
    recipient: str
    rung: Rung
    due_at: datetime
    planned_at: datetime
    decided_at: datetime
    late: bool = False


class NoticeAnswered(Event):
    """A recipient took note of a notice 知悉 or put it off 稍后提醒 until `until_at`; why, stays with notify.

    `answer` is `acknowledged` or `snoozed`. `recipient` is the mailbox for which it holds: that of the heir where the
    unit that was told has been merged. `by` is an account, a key, or `link:<mailbox>` for a signed link.
    """

    type: ClassVar[str] = "cn.duban.deadlines.notice.answered.v1"
    subject_field: ClassVar[str] = "task_id"
    notice_id: str
    task_id: str
    clock: str
    due_at: datetime
    recipient: str
    answer: str
    answered_at: datetime
    until_at: datetime
    by: str


class PaperEvent(Event):
    """Something about a paper 公文, made from a summary of `period`; its texts stay with notify."""

    subject_field: ClassVar[str] = "paper_id"
    paper_id: str
    kind: str
    period: str
    summary_id: str


class PaperDrafted(PaperEvent):
    """A draft was made; `sha256` is that of its docx."""

    type: ClassVar[str] = "cn.duban.deadlines.paper.drafted.v1"
    sha256: str


class PaperReleased(PaperEvent):
    """A person released a paper under its `number` 文号; `sha256` is that of the docx from now on."""

    type: ClassVar[str] = "cn.duban.deadlines.paper.released.v1"
    number: str
    sha256: str
    by: str


class PaperWithdrawn(PaperEvent):
    """A paper was withdrawn by a person, or a draft gave way to a newer one: then nobody did it."""

    type: ClassVar[str] = "cn.duban.deadlines.paper.withdrawn.v1"
    number: str | None = None
    by: str = ""


class PaperInstructed(PaperEvent):
    """A leader gave an instruction 批示 on a released paper; it becomes a task of these units, the first of them leads.

    Attributes:
        by: The account that entered it on the leader's behalf.
        attachment_id: Its scan.
    """

    type: ClassVar[str] = "cn.duban.deadlines.paper.instructed.v1"
    instruction_id: str
    number: str
    units: tuple[str, ...]
    due_on: date | None = None
    given_on: date
    attachment_id: str | None = None
    by: str
