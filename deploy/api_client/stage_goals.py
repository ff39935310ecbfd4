"""/stage-goals of the API (指标服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model
from .common import RateView


class StageGoalView(Model):
    """A stage goal, how far it is, and how many tasks it still takes."""

    due_on: dt.date
    goal_id: str
    met: bool | None
    missing: int
    operator: str
    plan_id: str
    present: float | None
    rate: RateView
    scope: str
    strength: str
    value: float


class StageGoals(Model):
    """The stage goals of all plans."""

    as_of: dt.datetime
    items: list[StageGoalView]


class StageGoalsApi:
    """/stage-goals of the API (指标服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_stage_goals(self) -> StageGoals:
        """查看阶段目标进度: GET /api/v1/stage-goals."""
        return self.calls.ask(StageGoals, "GET", "/api/v1/stage-goals")
