"""/feed-rejects of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path
from .common import RecordOut


class Corrected(Model):
    """What to try again; without a record it is the one that was refused."""

    # 改正后的记录（整条）；不填则按现在的映射重读原记录
    record: JsonObject | None = None


class Discarded(Model):
    """Why a record is given up."""

    reason: str


class RejectOut(Model):
    """A refused record without its content."""

    id: str
    source_id: str
    day: dt.date
    at: dt.datetime
    place: str
    outcome: str
    field: str
    code: str
    message: str
    remedy: str
    state: str
    decided_at: dt.datetime | None
    decided_by: str
    reason: str


class RejectWhole(Model):
    """A refused record with its content."""

    id: str
    source_id: str
    day: dt.date
    at: dt.datetime
    place: str
    outcome: str
    field: str
    code: str
    message: str
    remedy: str
    state: str
    decided_at: dt.datetime | None
    decided_by: str
    reason: str
    raw: str


class FeedRejectsApi:
    """/feed-rejects of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_feed_rejects(
        self,
        *,
        source: str | None = None,
        day: dt.date | None = None,
        state: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[RejectOut]:
        """列出被拒记录，不含原文: GET /api/v1/feed-rejects."""
        return self.calls.ask(
            list[RejectOut],
            "GET",
            "/api/v1/feed-rejects",
            query={"source": source, "day": day, "state": state, "after": after, "limit": limit},
        )

    def get_feed_rejects_by_reject_id(self, *, reject_id: str) -> RejectWhole:
        """查看一条被拒记录及其原文；每次记入审计: GET /api/v1/feed-rejects/{reject_id}."""
        return self.calls.ask(RejectWhole, "GET", f"/api/v1/feed-rejects/{in_path(reject_id)}")

    def delete_feed_rejects_by_reject_id(self, body: Discarded | JsonObject, *, reject_id: str) -> RejectOut:
        """作废一条被拒记录，保留并写明理由: DELETE /api/v1/feed-rejects/{reject_id}."""
        return self.calls.ask(RejectOut, "DELETE", f"/api/v1/feed-rejects/{in_path(reject_id)}", body=body)

    def post_feed_rejects_by_reject_id_replay(
        self,
        body: Corrected | JsonObject | None = None,
        *,
        reject_id: str,
        idempotency_key: str | None = None,
    ) -> RecordOut:
        """重试一条被拒记录：原文，或改正后的记录: POST /api/v1/feed-rejects/{reject_id}/replay."""
        return self.calls.ask(
            RecordOut,
            "POST",
            f"/api/v1/feed-rejects/{in_path(reject_id)}/replay",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
