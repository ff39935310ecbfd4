"""/rectification-rules of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model


class RulesBody(Model):
    """Rules of a place, all or some of them; see `Rules`. What is left out is as shipped."""

    reason: str
    again_days: int | None = None
    complex: int | None = None
    escalate_to: str | None = None
    first_grade: str | None = None
    general: int | None = None
    invalid_least: int | None = None
    invalid_percent: int | None = None
    region: str = ""
    sample_percent: int | None = None
    simple: int | None = None


class Rules(Model):
    """The rules of one version.

    Attributes:
        simple, general, complex: Limits in 工作日 from the dispatch, by class.
        first_grade: The class before anybody said one.
        sample_percent: Share of the ratings without a name that are called back; those with one always are.
        escalate_to: The unit that is told when a rater stays unsatisfied 办理升级; None for the office alone.
        invalid_percent, invalid_least: A unit of whose ratings more than this share, and at least so many, were found
            not to stand is a finding.
        again_days: Natural days after the closing within which the same again is a finding 假性整改.
    """

    again_days: int
    complex: int
    first_grade: str
    general: int
    invalid_least: int
    invalid_percent: int
    sample_percent: int
    simple: int
    escalate_to: str | None = None


class RulesView(Model):
    """A version of the rules of a place; version 0 is as shipped."""

    reason: str
    region: str
    rules: Rules
    set_at: dt.datetime | None
    set_by: str
    version: int


class RectificationRulesApi:
    """/rectification-rules of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_rectification_rules(self) -> list[RulesView]:
        """查看差评整改规则: GET /api/v1/rectification-rules."""
        return self.calls.ask(list[RulesView], "GET", "/api/v1/rectification-rules")

    def put_rectification_rules(self, body: RulesBody | JsonObject) -> RulesView:
        """设定差评整改规则: PUT /api/v1/rectification-rules."""
        return self.calls.ask(RulesView, "PUT", "/api/v1/rectification-rules", body=body)
