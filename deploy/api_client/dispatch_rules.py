"""/dispatch-rules of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path


class FoundView(Model):
    """Who would answer; `by` is a row's id, `code` for the unit of the code, empty for nobody."""

    by: str
    unit_id: str | None
    unit_name: str


class RuleBody(Model):
    """A row; see `Rule`. Without `starts_on` it holds from today."""

    unit_id: str
    ends_on: dt.date | None = None
    item: str = ""
    purpose: str = "service"
    region: str = ""
    starts_on: dt.date | None = None
    unit_code: str = ""


class EndBody(Model):
    """The last day of a row."""

    on: dt.date


class RuleView(Model):
    """A row as it stands."""

    ends_on: dt.date | None
    id: str
    item: str
    purpose: str
    region: str
    starts_on: dt.date
    unit_code: str
    unit_id: str
    unit_name: str = ""


class RulesBody(Model):
    """Rows to add, all or none."""

    rules: list[RuleBody]


class DispatchRulesApi:
    """/dispatch-rules of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_dispatch_rules(
        self, *, on: dt.date | None = None, after: str | None = None, limit: int | None = None
    ) -> list[RuleView]:
        """查看派单目录: GET /api/v1/dispatch-rules."""
        return self.calls.ask(
            list[RuleView], "GET", "/api/v1/dispatch-rules", query={"on": on, "after": after, "limit": limit}
        )

    def post_dispatch_rules(
        self, body: RulesBody | JsonObject, *, idempotency_key: str | None = None
    ) -> list[RuleView]:
        """增加派单目录的行: POST /api/v1/dispatch-rules."""
        return self.calls.ask(
            list[RuleView],
            "POST",
            "/api/v1/dispatch-rules",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_dispatch_rules_unit(
        self,
        *,
        item: str | None = None,
        unit_code: str | None = None,
        region: str | None = None,
        on: dt.date | None = None,
        purpose: str | None = None,
    ) -> FoundView:
        """试查承办单位: GET /api/v1/dispatch-rules/unit."""
        return self.calls.ask(
            FoundView,
            "GET",
            "/api/v1/dispatch-rules/unit",
            query={"item": item, "unit_code": unit_code, "region": region, "on": on, "purpose": purpose},
        )

    def post_dispatch_rules_by_rule_id_end(
        self, body: EndBody | JsonObject, *, rule_id: str, idempotency_key: str | None = None
    ) -> RuleView:
        """终止派单目录的行: POST /api/v1/dispatch-rules/{rule_id}/end."""
        return self.calls.ask(
            RuleView,
            "POST",
            f"/api/v1/dispatch-rules/{in_path(rule_id)}/end",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
