"""/approval-reconciliation of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model


class DayOut(Model):
    """The results of one source that came in on a day; where they stand is of now."""

    source: str
    day: dt.date
    # 网关当日收到的审批结果数，含补收的，不含重复的
    received: int
    # 督办服务已登记数
    recorded: int
    # 收到数减登记数：正在传递的，或未能登记的（见死信）
    difference: int
    # 已推送到单位：待认领、已认领和已开展监管
    routed: int
    # 已认领，含已开展监管
    claimed: int
    # 其中超期认领
    late: int
    # 未认领，含待指派和已退回
    unclaimed: int
    # 其中已超期
    overdue: int
    # 目录无对应单位、待督查人员指派
    unroutable: int
    # 单位已退回、待督查人员改派
    declined: int
    # 未认领前被新结果替代
    superseded: int


class ApprovalReconciliationApi:
    """/approval-reconciliation of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_approval_reconciliation(
        self, *, day: dt.date | None = None, source: str | None = None
    ) -> list[DayOut]:
        """审批结果日对账：每个来源收到、登记、推送、认领、未认领、无法推送的数: GET /api/v1/approval-reconciliation."""
        return self.calls.ask(
            list[DayOut], "GET", "/api/v1/approval-reconciliation", query={"day": day, "source": source}
        )
