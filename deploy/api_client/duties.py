"""/duties of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import TaskPage


class DutyBody(Model):
    """A duty; see `DutyOrder`. Without `starts_on` it holds from today."""

    frequency: str
    title: str
    units: list[str]
    cadence_id: str | None = None
    ends_on: dt.date | None = None
    post: str = ""
    report_to: str | None = None
    starts_on: dt.date | None = None
    times: int = 1


class DutyView(Model):
    """A duty."""

    adopted_at: dt.datetime
    adopted_by: str
    cadence_id: str | None
    ends_on: dt.date | None
    frequency: str
    id: str
    post: str
    report_to: str | None
    starts_on: dt.date
    times: int
    title: str
    unit_id: str
    frequency_word: str = ""
    unit_name: str = ""


class OccurrenceView(Model):
    """One time that a duty is owed; `id` is its task's."""

    due_at: dt.datetime | None
    duty_id: str
    id: str
    light: str
    number: int
    period_start: dt.date
    state: str
    state_word: str
    submitted_at: dt.datetime | None
    title: str
    unit_id: str | None


class EndBody(Model):
    """The last day on which a period of the duty may begin; today unless said."""

    ends_on: dt.date | None = None


class ReportBody(Model):
    """One line for all `occurrences`, which are named by their tasks."""

    note: str
    occurrences: list[str]
    evidence: list[str] = Field(default_factory=list)
    on_behalf_of: str | None = None


class ViewsProposalView(Model):
    """A cadence of a plan that may be adopted as a duty.

    `unit_id` is the unit that is meant, where the plan's words name one; `adopted` counts the duties made from it.
    """

    actor: str | None
    actor_assumed: bool
    adopted: int
    cadence_id: str
    frequency: str
    frequency_word: str
    lines: tuple[int, int]
    plan_id: str
    plan_title: str
    report_to: str | None
    task_id: str | None
    times: int
    title: str
    unit_id: str | None


class DutyDetail(Model):
    """A duty with its latest occurrences."""

    adopted_at: dt.datetime
    adopted_by: str
    cadence_id: str | None
    ends_on: dt.date | None
    frequency: str
    id: str
    occurrences: list[OccurrenceView]
    post: str
    report_to: str | None
    starts_on: dt.date
    times: int
    title: str
    unit_id: str
    frequency_word: str = ""
    unit_name: str = ""


class DutiesApi:
    """/duties of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_duties(
        self,
        *,
        unit: str | None = None,
        ended: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[DutyView]:
        """列出例行事项: GET /api/v1/duties."""
        return self.calls.ask(
            list[DutyView],
            "GET",
            "/api/v1/duties",
            query={"unit": unit, "ended": ended, "after": after, "limit": limit},
        )

    def post_duties(
        self, body: DutyBody | JsonObject, *, idempotency_key: str | None = None
    ) -> list[DutyView]:
        """设定例行事项: POST /api/v1/duties."""
        return self.calls.ask(
            list[DutyView], "POST", "/api/v1/duties", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_duties_proposals(self) -> list[ViewsProposalView]:
        """列出方案中可采用的频次要求: GET /api/v1/duties/proposals."""
        return self.calls.ask(list[ViewsProposalView], "GET", "/api/v1/duties/proposals")

    def get_duties_open(
        self, *, unit: str | None = None, after: str | None = None, limit: int | None = None
    ) -> list[OccurrenceView]:
        """列出尚未完成的例行事项: GET /api/v1/duties/open."""
        return self.calls.ask(
            list[OccurrenceView],
            "GET",
            "/api/v1/duties/open",
            query={"unit": unit, "after": after, "limit": limit},
        )

    def get_duties_by_duty_id(self, *, duty_id: str) -> DutyDetail:
        """查看例行事项及各期完成情况: GET /api/v1/duties/{duty_id}."""
        return self.calls.ask(DutyDetail, "GET", f"/api/v1/duties/{in_path(duty_id)}")

    def post_duties_report(
        self, body: ReportBody | JsonObject, *, idempotency_key: str | None = None
    ) -> TaskPage:
        """一次填报多项例行事项: POST /api/v1/duties/report."""
        return self.calls.ask(
            TaskPage, "POST", "/api/v1/duties/report", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def post_duties_by_duty_id_end(
        self, body: EndBody | JsonObject, *, duty_id: str, idempotency_key: str | None = None
    ) -> DutyDetail:
        """停止例行事项: POST /api/v1/duties/{duty_id}/end."""
        return self.calls.ask(
            DutyDetail,
            "POST",
            f"/api/v1/duties/{in_path(duty_id)}/end",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
