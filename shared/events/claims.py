"""审管联动: what becomes of results of approvals. A part of the feed `supervision`. Owner: services/tasks.

A record is one version of one result; it is no task, and has but one clock, that of its claim 认领.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from shared.events.approvals import ApprovalResult
from shared.events.envelope import Event


class ClaimEvent(Event):
    """A step of the record of a result."""

    subject_field: ClassVar[str] = "record_id"
    record_id: str
    approval_id: str
    version: int = Field(ge=1)


class ClaimAwaited(ClaimEvent):
    """Somebody has it now and has to act on it.

    Attributes:
        hop: Counts the units that it was handed to; 0 while there was none.
        started_at: When the limit began, in business time; `recorded_at` is when we learned of it.
        limit: In 工作日.
    """

    project_no: str
    hop: int = Field(ge=0)
    started_at: datetime
    recorded_at: datetime
    due_at: datetime
    limit: int = Field(ge=1)


class ApprovalRouted(ClaimAwaited):
    """推送: it waits for `unit_id` to claim it; None: for the supervision office to find one.

    Told again with a greater revision when its due instant moves with the working calendar.

    Attributes:
        how: `directory`, `code` for the approving department itself, `earlier` for the unit that claimed an earlier
            result, `manual`, or empty for nobody.
    """

    type: ClassVar[str] = "cn.duban.supervision.approval.routed.v1"
    source_id: str
    item_code: str
    result: ApprovalResult
    unit_id: str | None = None
    how: str = ""


class ApprovalDeclined(ClaimAwaited):
    """退回: `unit_id` says that it is not its own; the supervision office has to find another until `due_at`."""

    type: ClassVar[str] = "cn.duban.supervision.approval.declined.v1"
    unit_id: str


class ApprovalReassigned(ClaimAwaited):
    """改派: the supervision office handed it to `unit_id`, whose limit begins anew."""

    type: ClassVar[str] = "cn.duban.supervision.approval.reassigned.v1"
    unit_id: str


class ApprovalClaimed(ClaimEvent):
    """认领: `unit_id` answers for the supervision from now on; `late` beyond the limit."""

    type: ClassVar[str] = "cn.duban.supervision.approval.claimed.v1"
    unit_id: str
    claimed_at: datetime
    late: bool


class ApprovalSuperseded(ClaimEvent):
    """被新结果替代: a later result, `by`, came before it was claimed; nothing is owed on it."""

    type: ClassVar[str] = "cn.duban.supervision.approval.superseded.v1"
    by: int = Field(ge=2)
    superseded_at: datetime


class ApprovalSupervised(ClaimEvent):
    """监管已开展: the first supervision of what was approved took place; its record stays with the unit."""

    type: ClassVar[str] = "cn.duban.supervision.approval.supervised.v1"
    unit_id: str
    on: date
