"""/returns of the API (回传).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from .calls import Calls, JsonObject, Model, in_path


class DismissIn(Model):
    """Why a return need not go back."""

    # 不再回传的理由
    reason: str


class StepCountOut(Model):
    """How the returns of one step stand."""

    step: str
    due: int
    delivered: int
    refused: int
    waiting: int
    unknown: int
    dismissed: int


class AttemptOut(Model):
    """One call of the platform; real time."""

    number: int
    begun_at: dt.datetime
    outcome: str
    status: int | None
    latency_ms: int | None
    detail: str


class HasIn(Model):
    """What the platform says that it has of a day."""

    ids: list[str]


class ReconciledOut(Model):
    """What came of it, by ids of returns."""

    requeued: list[str]
    confirmed: list[str]
    strange: list[str]


class DomainState(StrEnum):
    """Where a return stands."""

    UNPLACED = "unplaced"
    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    REFUSED = "refused"
    DISMISSED = "dismissed"


class ReconciliationOut(Model):
    """A day of a source, by step."""

    source: str
    day: dt.date
    steps: list[StepCountOut]


class ReturnOut(Model):
    """A return as lists show it.

    Attributes:
        happened_at: Business time of the state; the other times are real time.
        content: Ids, codes and dates that go with it.
    """

    id: str
    source: str
    kind: str
    subject_id: str
    number: str
    service_number: int
    step: str
    occurrence: int
    state: DomainState | str
    reason: str
    happened_at: dt.datetime
    attempts: int
    queued_at: dt.datetime
    next_try_at: dt.datetime | None
    delivered_at: dt.datetime | None
    content: JsonObject


class ReturnShown(Model):
    """A return with all that was tried, and the earlier one of its subject that it waits for."""

    id: str
    source: str
    kind: str
    subject_id: str
    number: str
    service_number: int
    step: str
    occurrence: int
    state: DomainState | str
    reason: str
    happened_at: dt.datetime
    attempts: int
    queued_at: dt.datetime
    next_try_at: dt.datetime | None
    delivered_at: dt.datetime | None
    content: JsonObject
    waits_for: str | None
    tried: list[AttemptOut]


class Returns(Model):
    """A page of returns; `next` is the `after` of the next page."""

    items: list[ReturnOut]
    next: str | None


class ReturnsApi:
    """/returns of the API (回传)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_returns_reconciliation(self, *, source: str, day: dt.date) -> ReconciliationOut:
        """回传对账：一天内各环节: GET /api/v1/returns/reconciliation."""
        return self.calls.ask(
            ReconciliationOut, "GET", "/api/v1/returns/reconciliation", query={"source": source, "day": day}
        )

    def put_returns_reconciliation(
        self, body: HasIn | JsonObject, *, source: str, day: dt.date
    ) -> ReconciledOut:
        """回传对账：平台已有的编号；缺的重报: PUT /api/v1/returns/reconciliation."""
        return self.calls.ask(
            ReconciledOut,
            "PUT",
            "/api/v1/returns/reconciliation",
            query={"source": source, "day": day},
            body=body,
        )

    def get_returns(
        self,
        *,
        limit: int | None = None,
        source: str | None = None,
        state: DomainState | str | None = None,
        subject: str | None = None,
        day: dt.date | None = None,
        after: str | None = None,
    ) -> Returns:
        """列出回传: GET /api/v1/returns."""
        return self.calls.ask(
            Returns,
            "GET",
            "/api/v1/returns",
            query={
                "limit": limit,
                "source": source,
                "state": state,
                "subject": subject,
                "day": day,
                "after": after,
            },
        )

    def get_returns_by_return_id(self, *, return_id: str) -> ReturnShown:
        """查看一条回传及其历次发送: GET /api/v1/returns/{return_id}."""
        return self.calls.ask(ReturnShown, "GET", f"/api/v1/returns/{in_path(return_id)}")

    def post_returns_by_return_id_retry(
        self, *, return_id: str, idempotency_key: str | None = None
    ) -> ReturnShown:
        """重报一条回传（编号不变）: POST /api/v1/returns/{return_id}/retry."""
        return self.calls.ask(
            ReturnShown,
            "POST",
            f"/api/v1/returns/{in_path(return_id)}/retry",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_returns_by_return_id_dismiss(
        self, body: DismissIn | JsonObject, *, return_id: str, idempotency_key: str | None = None
    ) -> ReturnShown:
        """不再回传一条，写明理由: POST /api/v1/returns/{return_id}/dismiss."""
        return self.calls.ask(
            ReturnShown,
            "POST",
            f"/api/v1/returns/{in_path(return_id)}/dismiss",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
