"""/inbox of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path


class AcknowledgementBody(Model):
    """知悉, with a word if there is one."""

    reason: str = ""


class InboxItem(Model):
    """One notice in an inbox; `read_at` is none until somebody answered it."""

    arrived_at: dt.datetime
    clock: str
    due_at: dt.datetime
    notice_id: str
    read_at: dt.datetime | None
    recipient: str
    rung: str
    task_id: str
    text: str


class ReplyView(Model):
    """What a recipient answered, and until when that holds (business time)."""

    at: dt.datetime
    by: str
    clock: str
    kind: str
    notice_id: str
    reason: str
    recipient: str
    task_id: str
    until_at: dt.datetime


class SnoozeBody(Model):
    """稍后提醒: until when, and why."""

    reason: str
    until: dt.datetime


class InboxView(Model):
    """A page of an inbox, the newest notices first, and how many of all are unread; `next` begins the page behind."""

    items: list[InboxItem]
    unread: int
    next: str | None = None


class InboxApi:
    """/inbox of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_inbox(
        self,
        *,
        recipient: str | None = None,
        unread: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> InboxView:
        """查看收件箱: GET /api/v1/inbox."""
        return self.calls.ask(
            InboxView,
            "GET",
            "/api/v1/inbox",
            query={"recipient": recipient, "unread": unread, "after": after, "limit": limit},
        )

    def post_inbox_by_notice_id_acknowledgement(
        self, body: AcknowledgementBody | JsonObject, *, notice_id: str, idempotency_key: str | None = None
    ) -> ReplyView:
        """知悉：暂停重复通报: POST /api/v1/inbox/{notice_id}/acknowledgement."""
        return self.calls.ask(
            ReplyView,
            "POST",
            f"/api/v1/inbox/{in_path(notice_id)}/acknowledgement",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inbox_by_notice_id_snooze(
        self, body: SnoozeBody | JsonObject, *, notice_id: str, idempotency_key: str | None = None
    ) -> ReplyView:
        """稍后提醒: POST /api/v1/inbox/{notice_id}/snooze."""
        return self.calls.ask(
            ReplyView,
            "POST",
            f"/api/v1/inbox/{in_path(notice_id)}/snooze",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
