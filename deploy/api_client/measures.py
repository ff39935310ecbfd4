"""/measures of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path
from .common import ListedMeasure, MeasureKind, MeasureState, MeasureView


class LiftingBody(Model):
    """Why a plate comes off; see `Lifting`."""

    decided_by_name: str = ""
    reason: str = ""


class DecisionBody(Model):
    """A leader's decision; see `Decision`."""

    take: bool
    decided_by_name: str = ""
    due_on: dt.date | None = None
    paper_number: str = ""
    published: bool = False
    reason: str = ""
    record: str = ""


class MeasuresApi:
    """/measures of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_measures(
        self,
        *,
        kind: MeasureKind | str | None = None,
        state: MeasureState | str | None = None,
        task: str | None = None,
        unit: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[ListedMeasure]:
        """列出督办措施: GET /api/v1/measures."""
        return self.calls.ask(
            list[ListedMeasure],
            "GET",
            "/api/v1/measures",
            query={"kind": kind, "state": state, "task": task, "unit": unit, "after": after, "limit": limit},
        )

    def post_measures_by_measure_id_decision(
        self, body: DecisionBody | JsonObject, *, measure_id: str, idempotency_key: str | None = None
    ) -> MeasureView:
        """领导决定督办措施: POST /api/v1/measures/{measure_id}/decision."""
        return self.calls.ask(
            MeasureView,
            "POST",
            f"/api/v1/measures/{in_path(measure_id)}/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_measures_by_measure_id_lift(
        self, body: LiftingBody | JsonObject, *, measure_id: str, idempotency_key: str | None = None
    ) -> MeasureView:
        """摘牌: POST /api/v1/measures/{measure_id}/lift."""
        return self.calls.ask(
            MeasureView,
            "POST",
            f"/api/v1/measures/{in_path(measure_id)}/lift",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
