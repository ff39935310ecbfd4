"""/plans of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import ProposalView, Reviewer


class CadenceView(Model):
    """A duty that comes back."""

    action: str
    actor: str | None
    actor_assumed: bool
    frequency: str
    id: str
    lines: tuple[int, int]
    report_to: str | None
    task_id: str | None
    times: int | None


class DoubtView(Model):
    """Something that was read but is not sure."""

    code: str
    lines: tuple[int, int]
    message: str
    task: str | None


class GoalView(Model):
    """A stage goal: a share in `unit` of the tasks in `scope` by `due_on`."""

    due_on: dt.date
    id: str
    lines: tuple[int, int]
    operator: str
    scope: str
    strength: str
    unit: str
    value: float


class LabelView(Model):
    """A task that an import adds, changes (in `fields`) or no longer names."""

    fields: list[str]
    number: str
    plan: str
    task_id: str
    title: str


class SettingView(Model):
    """One time that people set the rules of a plan; `set_at` is business time, `entered_at` real time."""

    authority: str | None
    entered_at: dt.datetime
    number: int
    reason: str
    reviews: list[Reviewer | str]
    set_at: dt.datetime
    set_by: str


class TargetView(Model):
    """A numeric target."""

    due_on: dt.date | None
    id: str
    lines: tuple[int, int]
    name: str
    operator: str
    period: str | None
    strength: str
    task_id: str | None
    unit: str
    value: float
    value_max: float | None


class FindingView(Model):
    """One finding; `tasks` are `<plan>/<number>`, `key` stays the same while the tasks or lines do."""

    ask: str
    key: str
    lines: list[tuple[int, int]]
    message: str
    rule: str
    tasks: list[str]
    why: str


class RuleView(Model):
    """A rule that found something, and how often."""

    code: str
    findings: int
    title: str
    why: str


class RulesBody(Model):
    """The chain of reviews, in order; `authority` is the unit 主管部门 of its middle step, `reason` why it is set."""

    reviews: list[str]
    authority: str | None = None
    reason: str = ""


class PlanView(Model):
    """A plan with its tasks counted by state."""

    document_id: str
    id: str
    issued_on: dt.date | None
    revision: int
    tasks: int
    title: str
    states: dict[str, int] = Field(default_factory=dict)


class SummaryView(Model):
    """A plan of the document."""

    cadences: int
    plan_id: str
    stage_goals: int
    targets: int
    tasks: int
    title: str


class CheckView(Model):
    """The check-up of one document."""

    document_number: str | None
    findings: list[FindingView]
    issued_on: dt.date | None
    name: str
    plans: int
    rules: list[RuleView]
    tasks: int


class PlanDetail(Model):
    """A plan with its stage goals, targets and recurring duties, and what is not sure about it."""

    cadences: list[CadenceView]
    document_id: str
    doubts: list[DoubtView]
    id: str
    issued_on: dt.date | None
    lines: tuple[int, int]
    revision: int
    stage_goals: list[GoalView]
    targets: list[TargetView]
    tasks: int
    title: str
    states: dict[str, int] = Field(default_factory=dict)


class RulesView(Model):
    """The rules of a plan; `chosen` is false while those of each task's kind hold.

    `settings` are what people set, the latest first, which is in force; none where that was before they were recorded.
    """

    authority: str | None
    chosen: bool
    plan_id: str
    reviews: list[Reviewer | str]
    settings: list[SettingView]
    words: list[str]


class DifferenceView(Model):
    """What an import changes."""

    added: list[LabelView]
    changed: list[LabelView]
    removed: list[LabelView]


class ImportView(Model):
    """What an import did, or would do."""

    confirmed: bool
    counts: dict[str, int]
    diff: DifferenceView
    document_id: str
    doubts: list[DoubtView]
    link_proposals: list[ProposalView]
    new_units: list[str]
    plans: list[SummaryView]
    unchanged: bool


class PlansApi:
    """/plans of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_plans(self) -> list[PlanView]:
        """列出方案: GET /api/v1/plans."""
        return self.calls.ask(list[PlanView], "GET", "/api/v1/plans")

    def post_plans(
        self, body: bytes, *, filename: str, confirm: bool | None = None, idempotency_key: str | None = None
    ) -> ImportView:
        """导入方案文档；confirm=false 只试算: POST /api/v1/plans."""
        return self.calls.ask(
            ImportView,
            "POST",
            "/api/v1/plans",
            query={"filename": filename, "confirm": confirm},
            headers={"Idempotency-Key": idempotency_key, "content-type": "application/octet-stream"},
            body=body,
        )

    def post_plans_check(
        self, body: bytes, *, filename: str, idempotency_key: str | None = None
    ) -> CheckView:
        """方案体检：查文档自身的矛盾和缺漏，不写入台账: POST /api/v1/plans/check."""
        return self.calls.ask(
            CheckView,
            "POST",
            "/api/v1/plans/check",
            query={"filename": filename},
            headers={"Idempotency-Key": idempotency_key, "content-type": "application/octet-stream"},
            body=body,
        )

    def get_plans_by_plan_id(self, *, plan_id: str) -> PlanDetail:
        """查看方案的阶段目标、量化目标和频次: GET /api/v1/plans/{plan_id}."""
        return self.calls.ask(PlanDetail, "GET", f"/api/v1/plans/{in_path(plan_id)}")

    def get_plans_by_plan_id_rules(self, *, plan_id: str) -> RulesView:
        """查看方案的复核链: GET /api/v1/plans/{plan_id}/rules."""
        return self.calls.ask(RulesView, "GET", f"/api/v1/plans/{in_path(plan_id)}/rules")

    def put_plans_by_plan_id_rules(self, body: RulesBody | JsonObject, *, plan_id: str) -> RulesView:
        """设置方案的复核链: PUT /api/v1/plans/{plan_id}/rules."""
        return self.calls.ask(RulesView, "PUT", f"/api/v1/plans/{in_path(plan_id)}/rules", body=body)
