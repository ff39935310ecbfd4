"""/order-rules of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, Model


class RulesBody(Model):
    """The rules of a place from now on; what is left out is as shipped."""

    reason: str
    rules: JsonObject
    region: str = ""


class RulesView(Model):
    """The rules of a place; version 0 is what is shipped."""

    region: str
    rules: JsonObject
    version: int


class OrderRulesApi:
    """/order-rules of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_order_rules(self) -> list[RulesView]:
        """查看工单规则: GET /api/v1/order-rules."""
        return self.calls.ask(list[RulesView], "GET", "/api/v1/order-rules")

    def put_order_rules(self, body: RulesBody | JsonObject) -> list[RulesView]:
        """设定工单规则: PUT /api/v1/order-rules."""
        return self.calls.ask(list[RulesView], "PUT", "/api/v1/order-rules", body=body)
