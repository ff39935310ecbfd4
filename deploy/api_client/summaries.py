"""/summaries of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from typing import cast

from .calls import Calls, JsonObject, Model, in_path


class AskedBody(Model):
    """What to sum up: a kind, and a period such as `2023-06`."""

    kind: str
    period: str


class SwitchBody(Model):
    """Whether a kind is compiled at its times."""

    active: bool


class SummaryView(Model):
    """A summary, and the paper that came of it."""

    as_of: dt.datetime
    by: str
    compiled_at: dt.datetime
    id: str
    kind: str
    paper_number: str | None
    paper_state: str | None
    period: str
    tasks: int
    version: int


class SummariesView(Model):
    """A page of summaries, the latest first; `active` are the kinds that are compiled at their times."""

    active: list[str]
    items: list[SummaryView]
    next: str | None = None


class SummariesApi:
    """/summaries of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_summaries(
        self,
        *,
        kind: str | None = None,
        period: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> SummariesView:
        """列出台账汇总（公文素材）: GET /api/v1/summaries."""
        return self.calls.ask(
            SummariesView,
            "GET",
            "/api/v1/summaries",
            query={"kind": kind, "period": period, "after": after, "limit": limit},
        )

    def post_summaries(
        self, body: AskedBody | JsonObject, *, idempotency_key: str | None = None
    ) -> SummaryView:
        """立即汇总某周、某月或某季度，生成新一版草稿: POST /api/v1/summaries."""
        return self.calls.ask(
            SummaryView, "POST", "/api/v1/summaries", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def put_summaries_kinds_by_kind(
        self, body: SwitchBody | JsonObject, *, kind: str
    ) -> dict[str, bool | str]:
        """开启或停用某类定期汇总: PUT /api/v1/summaries/kinds/{kind}."""
        return self.calls.ask(
            cast("type[dict[str, bool | str]]", dict[str, bool | str]),
            "PUT",
            f"/api/v1/summaries/kinds/{in_path(kind)}",
            body=body,
        )
