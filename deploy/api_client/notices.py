"""/notices of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, Model


class DeliveryAnswer(Model):
    """One attempt; `at` is business time, `instead_of` the channel on which the route before it failed."""

    at: dt.datetime | None
    channel: str
    detail: str
    instead_of: str
    number: int
    outcome: str


class Step(StrEnum):
    """What a unit is told of, in place of the rung of a clock."""

    PLATE = "plate"
    CIRCULAR = "circular"
    TALK = "talk"
    URGE = "urge"
    RETURNED = "returned"
    INSTRUCTED = "instructed"
    REASSIGNED = "reassigned"
    EXTENSION = "extension"


class NoticeAnswer(Model):
    """One decision; `verdict` says why, `behind` that it did not wait for the ledger any longer."""

    behind: bool
    clock: str
    decided_at: dt.datetime
    due_at: dt.datetime
    id: str
    late: bool
    occurrence: int
    offset_days: int
    planned_at: dt.datetime
    recipient: str
    rules_version: int
    rung: str
    task_id: str
    text: str
    verdict: str
    deliveries: list[DeliveryAnswer] = Field(default_factory=list)
    reason: str = ""


class NoticesAnswer(Model):
    """A page of notices, newest decision first; `next` is the `after` of the page behind it."""

    items: list[NoticeAnswer]
    next: str | None


class NoticesApi:
    """/notices of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_notices(
        self,
        *,
        recipient: str | None = None,
        task: str | None = None,
        rung: str | Step | None = None,
        skipped: bool | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> NoticesAnswer:
        """列出提醒: GET /api/v1/notices."""
        return self.calls.ask(
            NoticesAnswer,
            "GET",
            "/api/v1/notices",
            query={
                "recipient": recipient,
                "task": task,
                "rung": rung,
                "skipped": skipped,
                "limit": limit,
                "after": after,
            },
        )
