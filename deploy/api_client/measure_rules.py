"""/measure-rules of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from pydantic import Field

from .calls import Calls, Model
from .common import MeasureKind


class When(Model):
    """Conditions that must all hold; one that is not named always does."""

    extended: bool | None = None
    level_in: list[str] = Field(default_factory=list)
    overdue_workdays_at_least: int | None = None
    refused_at_least: int | None = None
    returned_at_least: int | None = None


class MeasureRule(Model):
    """One rule; `automatic` ones take the measure at once, which only 催办 may."""

    id: str
    kind: MeasureKind | str
    reason: str
    when: When
    automatic: bool = False


class MeasureRules(Model):
    """All rules of one version."""

    rules: list[MeasureRule]
    version: int


class MeasureRulesApi:
    """/measure-rules of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_measure_rules(self) -> MeasureRules:
        """查看督办措施规则: GET /api/v1/measure-rules."""
        return self.calls.ask(MeasureRules, "GET", "/api/v1/measure-rules")
