"""/feed-reconciliation of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path


class Reconciled(Model):
    """What a source sent on a day, against what it says."""

    source: str
    day: dt.date
    received: int
    accepted: int
    corrected: int
    repeated: int
    ignored: int
    conflict: int
    rejected: int
    # 被拒和冲突的记录：open 未处理、replayed 已补收、discarded 已作废
    rejects: dict[str, int]
    # 各类事件数，不含补收的
    events: dict[str, int]
    # 来源自报的当日条数；未报为空
    stated: int | None
    # 收到的条数（不含重复）减自报条数
    difference: int | None


class Stated(Model):
    """How many records a source says that it sent."""

    count: int


class FeedReconciliationApi:
    """/feed-reconciliation of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_feed_reconciliation(
        self, *, source: str | None = None, day: dt.date | None = None
    ) -> list[Reconciled]:
        """对账：每个来源每天收到的、收下的、被拒的，与来源自报的差: GET /api/v1/feed-reconciliation."""
        return self.calls.ask(
            list[Reconciled], "GET", "/api/v1/feed-reconciliation", query={"source": source, "day": day}
        )

    def put_feed_reconciliation_by_source_by_day(
        self, body: Stated | JsonObject, *, source: str, day: dt.date
    ) -> Reconciled:
        """登记来源自报的当日条数: PUT /api/v1/feed-reconciliation/{source}/{day}."""
        return self.calls.ask(
            Reconciled, "PUT", f"/api/v1/feed-reconciliation/{in_path(source)}/{in_path(day)}", body=body
        )
