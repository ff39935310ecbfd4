"""/audit of the API (审计).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model


class EntryOut(Model):
    """One entry, as it stands in the chain."""

    id: int
    at: dt.datetime
    what: str
    by: str
    about: str
    address: str
    # 一秒内相同的合并为一条，此为次数
    times: int
    detail: JsonObject
    hash: str


class Verified(Model):
    """Whether the chain holds."""

    # 从第一条起连续正确的条数
    entries: int
    # 第一处断裂的编号；完好时为空
    broken_at: int | None
    # missing 缺失或插入、altered 被改动、cut 末尾被截去；完好时为空
    how: str


class AuditApi:
    """/audit of the API (审计)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_audit(
        self,
        *,
        by: str | None = None,
        what: str | None = None,
        about: str | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> list[EntryOut]:
        """审计记录：登录、拒绝、账号和授权的变更、查看个人信息；最新在前: GET /api/v1/audit."""
        return self.calls.ask(
            list[EntryOut],
            "GET",
            "/api/v1/audit",
            query={"by": by, "what": what, "about": about, "before": before, "limit": limit},
        )

    def get_audit_verify(self) -> Verified:
        """验证审计记录的哈希链，指出第一处断裂: GET /api/v1/audit/verify."""
        return self.calls.ask(Verified, "GET", "/api/v1/audit/verify")
