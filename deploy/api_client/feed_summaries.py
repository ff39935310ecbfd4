"""/feed-summaries of the API (指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from typing import cast

from .calls import Calls, JsonObject, Model, in_path


class AskedBody(Model):
    """What to sum up: a kind, and a period such as `2023-06-20`, `2023-W25` or `2023-06`."""

    kind: str
    period: str


class FeedSummaryView(Model):
    """A summary; `facts` are the orders or ratings of its period, `late` that it was compiled long after its time."""

    as_of: dt.datetime
    by: str
    compiled_at: dt.datetime
    due_at: dt.datetime
    facts: int
    id: str
    kind: str
    late: bool
    period: str
    version: int


class SwitchBody(Model):
    """Whether a kind is compiled at its times."""

    active: bool


class FeedSummariesView(Model):
    """A page of summaries, the latest first; `active` are the kinds that are compiled at their times."""

    active: list[str]
    items: list[FeedSummaryView]
    next: str | None = None


class FeedSummariesApi:
    """/feed-summaries of the API (指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_feed_summaries(
        self,
        *,
        kind: str | None = None,
        period: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> FeedSummariesView:
        """列出12345和好差评汇总（公文素材）: GET /api/v1/feed-summaries."""
        return self.calls.ask(
            FeedSummariesView,
            "GET",
            "/api/v1/feed-summaries",
            query={"kind": kind, "period": period, "after": after, "limit": limit},
        )

    def post_feed_summaries(
        self, body: AskedBody | JsonObject, *, idempotency_key: str | None = None
    ) -> FeedSummaryView:
        """立即汇总某日、某周或某月的12345或好差评，生成新一版草稿: POST /api/v1/feed-summaries."""
        return self.calls.ask(
            FeedSummaryView,
            "POST",
            "/api/v1/feed-summaries",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def put_feed_summaries_kinds_by_kind(
        self, body: SwitchBody | JsonObject, *, kind: str
    ) -> dict[str, bool | str]:
        """开启或停用某类12345、好差评定期汇总: PUT /api/v1/feed-summaries/kinds/{kind}."""
        return self.calls.ask(
            cast("type[dict[str, bool | str]]", dict[str, bool | str]),
            "PUT",
            f"/api/v1/feed-summaries/kinds/{in_path(kind)}",
            body=body,
        )
