"""/parcels of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, Model


class ParcelAnswer(Model):
    """One message; `day` is the business day of its last attempt, `sent_at` business time.

    Attributes:
        shipment: Id of the one message of a group that told it with others.
    """

    channel: str
    day: dt.date
    id: str
    notices: int
    recipient: str
    sent_at: dt.datetime | None
    shipment: str | None
    urgent: bool
    notice_ids: list[str] = Field(default_factory=list)


class ParcelsAnswer(Model):
    """A page of messages, newest day first; `next` is the `after` of the page behind it."""

    items: list[ParcelAnswer]
    next: str | None


class ParcelsApi:
    """/parcels of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_parcels(
        self,
        *,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        recipient: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> ParcelsAnswer:
        """列出已发送的消息：同一对象同一日的常规提醒合并为一条: GET /api/v1/parcels."""
        return self.calls.ask(
            ParcelsAnswer,
            "GET",
            "/api/v1/parcels",
            query={"from": from_, "to": to, "recipient": recipient, "limit": limit, "after": after},
        )
