"""/approval-rules of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model


class RulesBody(Model):
    """Rules to set, and why; what is left out is as shipped."""

    reason: str
    approver_supervises: bool | None = None
    claim_workdays: int | None = None
    hops: int | None = None


class Rules(Model):
    """The rules of one version.

    Attributes:
        claim_workdays: 工作日 in which a unit claims or gives back, and the office finds another unit.
        hops: The last of so many units can't give a result back any more.
        approver_supervises: Whether the approving department has it where the directory says nothing.
    """

    approver_supervises: bool
    claim_workdays: int
    hops: int


class RulesView(Model):
    """A version of the rules; version 0 is as shipped."""

    reason: str
    rules: Rules
    set_at: dt.datetime | None
    set_by: str
    version: int


class ApprovalRulesApi:
    """/approval-rules of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_approval_rules(self) -> list[RulesView]:
        """查看审批结果认领规则: GET /api/v1/approval-rules."""
        return self.calls.ask(list[RulesView], "GET", "/api/v1/approval-rules")

    def put_approval_rules(self, body: RulesBody | JsonObject) -> RulesView:
        """设定审批结果认领规则: PUT /api/v1/approval-rules."""
        return self.calls.ask(RulesView, "PUT", "/api/v1/approval-rules", body=body)
