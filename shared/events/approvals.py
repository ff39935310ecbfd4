"""审批结果: what approving departments decided. A part of the feed `exchange`. Owner: services/gateway.

Who applied, and the number of the licence, stay in the vault. What becomes of a result stands in `claims`.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.events.envelope import Event

ApprovalResult = Literal["granted", "refused", "changed", "revoked", "deregistered"]


class ApprovalReceived(Event):
    """A result 审批结果 came in: 准予, 不予, 变更, 撤销 or 注销.

    Attributes:
        approval_id: Made of its source and its number 办件编号 there.
        version: Counts the results of one number from 1.
        unit_code: 统一社会信用代码 of the approving department.
        amends: The approval under another number that this one changes or ends; empty for none.
        valid_until: The last day of the licence.
        raw_code: The result as the source wrote it.
    """

    type: ClassVar[str] = "cn.duban.exchange.approval.received.v1"
    subject_field: ClassVar[str] = "approval_id"
    approval_id: str
    source_id: str
    project_no: str
    version: int = Field(ge=1)
    unit_code: str
    item_code: str
    item_type: str = ""
    region_code: str = ""
    result: ApprovalResult
    decided_at: datetime
    amends: str = ""
    valid_until: date | None = None
    scheme: str
    raw_code: str = ""
