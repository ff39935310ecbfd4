"""/requests of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model


class OpenRequest(Model):
    """A request that is not settled; `age_days` are the calendar days from its registration to the cycle's end."""

    age_days: int
    id: str
    registered_at: dt.datetime
    source: str
    source_word: str
    state: str
    state_word: str
    title: str
    unit_id: str | None
    unit_name: str


class CycleView(Model):
    """A two-week cycle: how many requests came in, and which were open at its end, or are while it runs."""

    came_in: int
    cleared: bool
    first: dt.date
    last: dt.date
    open: list[OpenRequest]
    over: bool


class RequestsApi:
    """/requests of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_requests_cycle(self, *, on: dt.date | None = None) -> CycleView:
        """双周动态清零：某周期末未办结的企业诉求: GET /api/v1/requests/cycle."""
        return self.calls.ask(CycleView, "GET", "/api/v1/requests/cycle", query={"on": on})
