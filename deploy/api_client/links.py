"""/links of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, Model, in_path
from .common import LinkView, ProposalView


class Dissolved(Model):
    """The link that is no more."""

    dissolved: str


class LinkBody(Model):
    """The tasks of a link, and why they are linked."""

    reason: str
    tasks: list[str]


class LinksApi:
    """/links of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_links(self, *, after: str | None = None, limit: int | None = None) -> list[LinkView]:
        """列出联动事项: GET /api/v1/links."""
        return self.calls.ask(list[LinkView], "GET", "/api/v1/links", query={"after": after, "limit": limit})

    def post_links(self, body: LinkBody | JsonObject, *, idempotency_key: str | None = None) -> LinkView:
        """设置联动: POST /api/v1/links."""
        return self.calls.ask(
            LinkView, "POST", "/api/v1/links", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_links_proposals(self) -> list[ProposalView]:
        """列出内容相同、建议联动的事项: GET /api/v1/links/proposals."""
        return self.calls.ask(list[ProposalView], "GET", "/api/v1/links/proposals")

    def put_links_by_link_id(self, body: LinkBody | JsonObject, *, link_id: str) -> LinkView:
        """修改联动: PUT /api/v1/links/{link_id}."""
        return self.calls.ask(LinkView, "PUT", f"/api/v1/links/{in_path(link_id)}", body=body)

    def delete_links_by_link_id(self, *, link_id: str) -> Dissolved:
        """解除联动: DELETE /api/v1/links/{link_id}."""
        return self.calls.ask(Dissolved, "DELETE", f"/api/v1/links/{in_path(link_id)}")
