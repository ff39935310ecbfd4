"""/silences of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class Scope(StrEnum):
    """What a silence covers."""

    ALL = "all"
    KIND = "kind"
    PLAN = "plan"
    TASK = "task"
    UNIT = "unit"


class SilenceView(Model):
    """A silence; one that was ended before its time names who did it."""

    by: str
    ended_by: str
    from_at: dt.datetime
    id: str
    made_at: dt.datetime
    reason: str
    scope: str
    until_at: dt.datetime
    value: str


class SilenceBody(Model):
    """静默: what it covers, until when, why; from now on unless `from` says later."""

    reason: str
    scope: Scope | str
    until: dt.datetime
    from_: dt.datetime | None = Field(None, alias="from")
    value: str = ""


class SilencesApi:
    """/silences of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_silences(
        self, *, over: bool | None = None, after: str | None = None, limit: int | None = None
    ) -> list[SilenceView]:
        """列出静默: GET /api/v1/silences."""
        return self.calls.ask(
            list[SilenceView], "GET", "/api/v1/silences", query={"over": over, "after": after, "limit": limit}
        )

    def post_silences(
        self, body: SilenceBody | JsonObject, *, idempotency_key: str | None = None
    ) -> SilenceView:
        """设置静默: POST /api/v1/silences."""
        return self.calls.ask(
            SilenceView, "POST", "/api/v1/silences", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def post_silences_by_silence_id_end(
        self, *, silence_id: str, idempotency_key: str | None = None
    ) -> SilenceView:
        """提前结束静默: POST /api/v1/silences/{silence_id}/end."""
        return self.calls.ask(
            SilenceView,
            "POST",
            f"/api/v1/silences/{in_path(silence_id)}/end",
            headers={"Idempotency-Key": idempotency_key},
        )
