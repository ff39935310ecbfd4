"""/radar of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from .calls import Calls, Model


class Reading(StrEnum):
    """How a goal stands; before its day the first four, from its day on the others."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    OUT_OF_REACH = "out_of_reach"
    MISSED = "missed"
    FELL_SHORT = "fell_short"


class OutlookView(Model):
    """How a stage goal stands on a day, with the counts that the shares follow from."""

    deciding: list[str]
    done: int
    done_share: float
    due_on: dt.date
    due_soon: int
    goal_id: str
    handed_in: int
    mean_progress: float
    needed: int
    on: dt.date
    operator: str
    plan_id: str
    reachable: int
    reachable_share: float
    reading: Reading | str
    reading_word: str
    scope: str
    sentence: str
    soon_share: float
    spare: int
    strength: str
    total: int
    value: float


class RadarApi:
    """/radar of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_radar(self, *, plan: str | None = None, on: dt.date | None = None) -> list[OutlookView]:
        """阶段目标雷达：某日各阶段目标的达成情况: GET /api/v1/radar."""
        return self.calls.ask(list[OutlookView], "GET", "/api/v1/radar", query={"plan": plan, "on": on})
