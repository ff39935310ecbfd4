"""/order-directory of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class MatchView(Model):
    """Who an order would go to, and how that was found; without a unit why not."""

    blocked: str
    blocked_word: str
    cooperating: list[str]
    how: str
    how_word: str
    rule_id: str | None
    unit_id: str | None
    unit_name: str


class RowBody(Model):
    """A row; see `Row`. Without `starts_on` it holds from today."""

    unit_id: str
    basis: str = ""
    category: list[str] = Field(default_factory=list)
    cooperating: list[str] = Field(default_factory=list)
    delegated: bool = False
    ends_on: dt.date | None = None
    region: str = ""
    starts_on: dt.date | None = None


class EndBody(Model):
    """The last day of a row."""

    on: dt.date


class RowView(Model):
    """A row as it stands."""

    basis: str
    category: list[str]
    cooperating: list[str]
    delegated: bool
    ends_on: dt.date | None
    id: str
    region: str
    set_at: dt.datetime
    set_by: str
    starts_on: dt.date
    unit_id: str
    unit_name: str


class RowsBody(Model):
    """Rows to add, all or none."""

    rows: list[RowBody]


class ImportView(Model):
    """What the import of a table did, or would do."""

    confirmed: bool
    rows: list[RowView]


class OrderDirectoryApi:
    """/order-directory of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_order_directory(
        self, *, on: dt.date | None = None, after: str | None = None, limit: int | None = None
    ) -> list[RowView]:
        """查看工单派单目录: GET /api/v1/order-directory."""
        return self.calls.ask(
            list[RowView], "GET", "/api/v1/order-directory", query={"on": on, "after": after, "limit": limit}
        )

    def post_order_directory(
        self, body: RowsBody | JsonObject, *, idempotency_key: str | None = None
    ) -> list[RowView]:
        """增加工单派单目录的行: POST /api/v1/order-directory."""
        return self.calls.ask(
            list[RowView],
            "POST",
            "/api/v1/order-directory",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_order_directory_match(
        self,
        *,
        category: str | None = None,
        region: str | None = None,
        unit_code: str | None = None,
        enterprise: bool | None = None,
        on: dt.date | None = None,
    ) -> MatchView:
        """试查工单承办单位: GET /api/v1/order-directory/match."""
        return self.calls.ask(
            MatchView,
            "GET",
            "/api/v1/order-directory/match",
            query={
                "category": category,
                "region": region,
                "unit_code": unit_code,
                "enterprise": enterprise,
                "on": on,
            },
        )

    def post_order_directory_imports(
        self, body: bytes, *, confirm: bool | None = None, idempotency_key: str | None = None
    ) -> ImportView:
        """导入工单派单目录（CSV）；confirm=false 只试算: POST /api/v1/order-directory/imports."""
        return self.calls.ask(
            ImportView,
            "POST",
            "/api/v1/order-directory/imports",
            query={"confirm": confirm},
            headers={"Idempotency-Key": idempotency_key, "content-type": "application/octet-stream"},
            body=body,
        )

    def post_order_directory_by_row_id_end(
        self, body: EndBody | JsonObject, *, row_id: str, idempotency_key: str | None = None
    ) -> RowView:
        """终止工单派单目录的行: POST /api/v1/order-directory/{row_id}/end."""
        return self.calls.ask(
            RowView,
            "POST",
            f"/api/v1/order-directory/{in_path(row_id)}/end",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
