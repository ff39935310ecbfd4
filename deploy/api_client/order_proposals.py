"""/order-proposals of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class DecisionBody(Model):
    """What is decided about a proposal; see `Decision`."""

    accept: bool
    reason: str
    deadline: dt.date | None = None
    decided_by_name: str = ""
    make: str | None = None
    title: str = ""
    to: str | None = None
    units: list[str] = Field(default_factory=list)


class ApiProposalsProposalView(Model):
    """A proposal with the orders behind it; `category` and `region` are those of many orders about the same."""

    category: str
    decided_at: dt.datetime | None
    decided_by: str
    decided_by_name: str
    id: str
    inputs: JsonObject
    kind: str
    kind_word: str
    orders: list[str]
    proposed_at: dt.datetime
    reason: str
    referred_to: str | None
    referred_to_word: str
    region: str
    state: str
    state_word: str
    task_id: str | None


class OrderProposalsApi:
    """/order-proposals of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_order_proposals(
        self,
        *,
        state: str | None = None,
        kind: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[ApiProposalsProposalView]:
        """查看工单建议: GET /api/v1/order-proposals."""
        return self.calls.ask(
            list[ApiProposalsProposalView],
            "GET",
            "/api/v1/order-proposals",
            query={"state": state, "kind": kind, "after": after, "limit": limit},
        )

    def post_order_proposals_by_proposal_id_decision(
        self, body: DecisionBody | JsonObject, *, proposal_id: str, idempotency_key: str | None = None
    ) -> ApiProposalsProposalView:
        """决定工单建议: POST /api/v1/order-proposals/{proposal_id}/decision."""
        return self.calls.ask(
            ApiProposalsProposalView,
            "POST",
            f"/api/v1/order-proposals/{in_path(proposal_id)}/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
