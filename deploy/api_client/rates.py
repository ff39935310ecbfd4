"""/rates of the API (指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class ExclusionView(Model):
    """What is left out for one reason; `approved_by` says by whose word, where somebody had to say so."""

    approved_by: dict[str, int]
    count: int
    reason: str
    title: str


class RuleBody(Model):
    """What this place has otherwise than the shipped rule, whole; nothing goes back to the shipped one."""

    why: str
    changes: JsonObject | None = None


class RowView(Model):
    """A fact behind a figure; fields that its kind does not have are left out."""

    kind: str
    reason: str
    reason_title: str


class RuleView(Model):
    """A rule, its version, and who set it when and why; empty and null for the shipped one."""

    choices: JsonObject
    minimum: int
    rate: str
    rounding: str
    set_at: dt.datetime | None
    set_by: str
    text: str
    title: str
    version: int
    why: str


class FigureView(Model):
    """A rate of one group; `value` is null when it may not be read, and `why` says so."""

    denominator: int
    exclusions: list[ExclusionView]
    key: str
    numerator: int
    rows: dict[str, str]
    shown: str
    unit: str
    unit_name: str
    value: float | None
    why: str


class RuleHistory(Model):
    """The rule in force, and those before it, the newest first."""

    rule: RuleView
    versions: list[RuleView]


class RulesView(Model):
    """The rates with their rules in force."""

    as_of: dt.datetime
    items: list[RuleView]


class RowsView(Model):
    """A page of rows; ask again with `after` for the next one."""

    after: str | None
    items: list[RowView]
    part: str
    rule: RuleView


class AnswerView(Model):
    """A rate by group, and over all of them."""

    as_of: dt.datetime
    by: str
    from_: dt.date | None = Field(alias="from")
    items: list[FigureView]
    rule: RuleView
    to: dt.date | None
    total: FigureView
    unit: str | None


class RatesApi:
    """/rates of the API (指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_rates(self) -> RulesView:
        """列出比率及现行口径: GET /api/v1/rates."""
        return self.calls.ask(RulesView, "GET", "/api/v1/rates")

    def get_rates_by_rate(
        self,
        *,
        rate: str,
        by: str | None = None,
        unit: str | None = None,
        key: str | None = None,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        as_of: str | None = None,
    ) -> AnswerView:
        """查看比率：分子、分母、剔除、口径及依据，按单位、大厅、窗口、经办人、事项、渠道、区划、来源或期间: GET /api/v1/rates/{rate}."""
        return self.calls.ask(
            AnswerView,
            "GET",
            f"/api/v1/rates/{in_path(rate)}",
            query={"by": by, "unit": unit, "key": key, "from": from_, "to": to, "as_of": as_of},
        )

    def get_rates_by_rate_rows(
        self,
        *,
        rate: str,
        part: str,
        by: str | None = None,
        unit: str | None = None,
        key: str | None = None,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        as_of: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> RowsView:
        """列出比率某一部分（numerator、denominator、excluded）背后的逐条记录: GET /api/v1/rates/{rate}/rows."""
        return self.calls.ask(
            RowsView,
            "GET",
            f"/api/v1/rates/{in_path(rate)}/rows",
            query={
                "part": part,
                "by": by,
                "unit": unit,
                "key": key,
                "from": from_,
                "to": to,
                "as_of": as_of,
                "after": after,
                "limit": limit,
            },
        )

    def get_rates_by_rate_rule(self, *, rate: str) -> RuleHistory:
        """查看比率口径的各版本: GET /api/v1/rates/{rate}/rule."""
        return self.calls.ask(RuleHistory, "GET", f"/api/v1/rates/{in_path(rate)}/rule")

    def put_rates_by_rate_rule(self, body: RuleBody | JsonObject, *, rate: str) -> RuleView:
        """设定本地比率口径: PUT /api/v1/rates/{rate}/rule."""
        return self.calls.ask(RuleView, "PUT", f"/api/v1/rates/{in_path(rate)}/rule", body=body)
