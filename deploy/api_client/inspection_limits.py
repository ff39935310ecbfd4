"""/inspection-limits of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, Model


class InspectionLimits(Model):
    """The limits of one version; a number that is null does not limit.

    Attributes:
        follow_ups_count: Whether a 回头看 counts as an inspection of its own.
        feedback_workdays: 工作日 in which the units answer a conclusion.
        objection_days: Natural days in which they may object; `review_days` those for the review.
    """

    feedback_workdays: int
    follow_ups_count: bool
    objection_days: int
    per_quarter: int | None
    per_year: int | None
    review_days: int
    version: int


class InspectionLimitsApi:
    """/inspection-limits of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_inspection_limits(self) -> InspectionLimits:
        """查看督查频次和期限: GET /api/v1/inspection-limits."""
        return self.calls.ask(InspectionLimits, "GET", "/api/v1/inspection-limits")
