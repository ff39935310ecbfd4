"""/problems of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import BlockedView


class ProblemBody(Model):
    """A problem; see `Problem`."""

    title: str
    units: list[str]
    assign: bool = False
    blocks: list[str] = Field(default_factory=list)
    body: str = ""
    category: str = "other"
    client_ref: str | None = None
    deadline: dt.date | None = None
    found_in: str | None = None
    level: str = "normal"
    measure: str = ""


class ProblemView(Model):
    """A problem; `age_days` are the calendar days from its finding until it was struck off, or until today."""

    age_days: int
    blocks: list[BlockedView]
    body: str
    category: str
    category_word: str
    due_at: dt.datetime | None
    found_in: str | None
    found_on: dt.date
    id: str
    level: str
    light: str
    measure: str
    overdue: bool
    owner: str | None
    progress: int
    revision: int
    state: str
    state_word: str
    title: str


class RemedyBody(Model):
    """What is said of a problem later; see `Remedy`."""

    category: str | None = None
    measure: str | None = None
    on_behalf_of: str | None = None


class OwnerProblems(Model):
    """The problems of one owner; `overdue` and `blocked` count problems past their date and tasks that wait."""

    blocked: int
    open: int
    overdue: int
    problems: list[ProblemView]
    unit_id: str | None
    unit_name: str


class ProblemsApi:
    """/problems of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_problems(
        self,
        *,
        unit: str | None = None,
        category: str | None = None,
        found_in: str | None = None,
        blocks: str | None = None,
        done: bool | None = None,
    ) -> list[OwnerProblems]:
        """问题清单（挂图作战），按责任单位: GET /api/v1/problems."""
        return self.calls.ask(
            list[OwnerProblems],
            "GET",
            "/api/v1/problems",
            query={"unit": unit, "category": category, "found_in": found_in, "blocks": blocks, "done": done},
        )

    def post_problems(
        self, body: ProblemBody | JsonObject, *, idempotency_key: str | None = None
    ) -> ProblemView:
        """登记问题: POST /api/v1/problems."""
        return self.calls.ask(
            ProblemView, "POST", "/api/v1/problems", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def put_problems_by_task_id(self, body: RemedyBody | JsonObject, *, task_id: str) -> ProblemView:
        """填写整改措施: PUT /api/v1/problems/{task_id}."""
        return self.calls.ask(ProblemView, "PUT", f"/api/v1/problems/{in_path(task_id)}", body=body)
