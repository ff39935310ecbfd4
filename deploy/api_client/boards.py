"""/boards of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from .calls import Calls, Model, in_path
from .common import FieldView


class DomainOutcome(StrEnum):
    """What people see of a task on a list."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    OPEN = "open"
    OVERDUE = "overdue"


class BoardItem(Model):
    """A task on the list."""

    deadline: dt.date | None
    fields: list[FieldView]
    id: str
    outcome: DomainOutcome | str
    outcome_word: str
    source_word: str
    title: str


class BoardUnit(Model):
    """A unit's part of the list, with how many stand where."""

    counts: dict[str, int]
    items: list[BoardItem]
    unit_id: str | None
    unit_name: str


class BoardView(Model):
    """The list of a kind."""

    kind: str
    units: list[BoardUnit]
    word: str


class BoardsApi:
    """/boards of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_boards_by_kind(self, *, kind: str, unit: str | None = None) -> BoardView:
        """晾晒榜：按单位公开承诺兑现情况: GET /api/v1/boards/{kind}."""
        return self.calls.ask(BoardView, "GET", f"/api/v1/boards/{in_path(kind)}", query={"unit": unit})
