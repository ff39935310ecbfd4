"""/plates of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model
from .common import MeasureKind, MeasureState


class Plate(Model):
    """A plate 挂牌; `days_left` counts calendar days, and it may come off by rule once `may_lift`."""

    answering_unit: str | None
    days_left: int
    decided_at: dt.datetime | None
    decided_by: str | None
    decided_by_name: str | None
    due_on: dt.date | None
    id: str
    inputs: dict[str, str]
    kind: MeasureKind | str
    lift_reason: str
    lifted_at: dt.datetime | None
    lifted_by: str | None
    lifted_by_name: str | None
    may_lift: bool
    paper_number: str | None
    proposed_at: dt.datetime
    proposed_by: str
    published: bool
    reason: str
    record: str
    rule: str | None
    rule_version: int | None
    state: MeasureState | str
    task_id: str
    task_state: str
    task_state_word: str
    task_title: str
    kind_word: str = ""
    state_word: str = ""


class PlatesApi:
    """/plates of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_plates(
        self, *, state: str | None = None, after: str | None = None, limit: int | None = None
    ) -> list[Plate]:
        """列出挂牌督办: GET /api/v1/plates."""
        return self.calls.ask(
            list[Plate], "GET", "/api/v1/plates", query={"state": state, "after": after, "limit": limit}
        )
