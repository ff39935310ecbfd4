"""/lights of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model


class ChoiceBody(Model):
    """The rule that is to hold from now on."""

    name: str
    reason: str


class ChoiceView(Model):
    """A choice that was made."""

    chosen_by: str
    reason: str
    rule: str
    since: dt.datetime


class ChosenView(Model):
    """What a choice changed: how many tasks show another light."""

    active: str
    relit: int


class When(Model):
    """Conditions that must all hold; one that is not named always does."""

    behind_pace_over: int | None = None
    days_left_at_most: int | None = None
    elapsed_at_least: int | None = None
    overdue: bool | None = None
    returned: bool | None = None


class Row(Model):
    """A light, when it is shown, and the reason as people read it."""

    light: str
    reason: str
    when: When


class LightRule(Model):
    """A rule with its origin; where no row holds, the light is green."""

    name: str
    rows: list[Row]
    source: str
    title: str
    version: int


class RulesView(Model):
    """The shipped rules, the name of the one that holds, and the choices so far."""

    active: str
    choices: list[ChoiceView]
    rules: list[LightRule]


class LightsApi:
    """/lights of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_lights_rules(self) -> RulesView:
        """查看亮灯规则: GET /api/v1/lights/rules."""
        return self.calls.ask(RulesView, "GET", "/api/v1/lights/rules")

    def put_lights_rules(self, body: ChoiceBody | JsonObject) -> ChosenView:
        """更换亮灯规则: PUT /api/v1/lights/rules."""
        return self.calls.ask(ChosenView, "PUT", "/api/v1/lights/rules", body=body)
