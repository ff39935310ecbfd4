"""/extensions of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model
from .common import ExtensionState


class QueuedView(Model):
    """A request with the title of its task."""

    asked_at: dt.datetime
    asked_by: str
    clock: str
    decided_at: dt.datetime | None
    decided_by: str | None
    granted_on: dt.date | None
    number: int
    old_due_at: dt.datetime
    opinion: str
    reason: str
    state: ExtensionState | str
    task_id: str
    title: str
    unit_id: str
    wanted_on: dt.date
    state_word: str = ""


class QueueView(Model):
    """A page of the requests in one state, oldest first; `next` is the `after` of the page behind it."""

    items: list[QueuedView]
    next: str | None = None


class ExtensionsApi:
    """/extensions of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_extensions(
        self, *, state: ExtensionState | str | None = None, after: str | None = None, limit: int | None = None
    ) -> QueueView:
        """列出延期申请: GET /api/v1/extensions."""
        return self.calls.ask(
            QueueView, "GET", "/api/v1/extensions", query={"state": state, "after": after, "limit": limit}
        )
