"""/events of the API (事件).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import httpx

from .calls import Calls


class EventsApi:
    """/events of the API (事件)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_events(
        self,
        *,
        from_: str | None = None,
        format_: str | None = None,
        limit: int | None = None,
        feed: list[str] | None = None,
        type_: list[str] | None = None,
        unit: list[str] | None = None,
        plan: list[str] | None = None,
        kind: list[str] | None = None,
        level: list[int] | None = None,
        last_event_id: str | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> AbstractContextManager[httpx.Response]:
        """订阅事件：先历史后实时（SSE），或取一页（NDJSON）: GET /api/v1/events."""
        return self.calls.stream(
            "GET",
            "/api/v1/events",
            query={
                "from": from_,
                "format": format_,
                "limit": limit,
                "feed": feed,
                "type": type_,
                "unit": unit,
                "plan": plan,
                "kind": kind,
                "level": level,
            },
            headers={"last-event-id": last_event_id},
            timeout=timeout,
        )
