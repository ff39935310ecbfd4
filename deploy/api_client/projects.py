"""/projects of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import UnitBody


class Body(StrEnum):
    """Who decides on it, one after the other."""

    LEADER = "leader"
    MEETING = "meeting"


class DecisionView(Model):
    """What a body decided."""

    approved: bool
    body: str
    decided_on: dt.date
    note: str
    paper: str
    body_word: str = ""


class DoneBody(Model):
    """That it was seen to; see `Done`."""

    done_on: dt.date
    evidence: str


class ElementBody(Model):
    """Something that a project needs; see `Element`."""

    item: str
    kind: str
    unit_id: str
    due_on: dt.date | None = None
    for_start: bool = True


class ElementView(Model):
    """One thing that a project needs."""

    done_on: dt.date | None
    due_on: dt.date | None
    evidence: str
    for_start: bool
    item: str
    kind: str
    number: int
    unit_id: str
    kind_word: str = ""
    overdue: bool = False
    unit_name: str = ""


class FundBody(Model):
    """How far a fund is; see `FundReport`."""

    allocated: float | str
    fund: str
    on: dt.date
    paid: float | str
    on_behalf_of: str | None = None


class InvestmentBody(Model):
    """What was completed since 1 January; see `Investment`."""

    completed: float | str
    on: dt.date
    on_behalf_of: str | None = None


class ItemKind(StrEnum):
    """What an item of an adjustment does."""

    ADD = "add"
    DROP = "drop"
    CHANGE = "change"


class LagRule(Model):
    """When a lag is warned of: behind by more than the margin in so many weekly readings running.

    Attributes:
        margin_points: In points of % of the plan of the year.
    """

    margin_points: str
    version: int
    weeks: int


class Node(StrEnum):
    """A node 重要节点 of its building, in the order in which they come."""

    START = "start"
    BODY = "body"
    PRODUCTION = "production"


class NodeView(Model):
    """A node: reached or not, with the evidence of each test."""

    node: str
    tests: dict[str, str]
    word: str
    confirmed_at: dt.datetime | None = None
    confirmed_by: str | None = None
    evidence: dict[str, str] = Field(default_factory=dict)
    output: str | None = None
    reached_on: dt.date | None = None


class ShareView(Model):
    """A share in % with both its numbers; `percent` is none where there is nothing to share."""

    denominator: str
    numerator: str
    percent: str | None


class SizeView(Model):
    """How large the list is."""

    annual: str
    projects: int
    total: str


class Stage(StrEnum):
    """The batch 批次 that a project is in."""

    PLANNED = "planned"
    RESERVED = "reserved"
    STARTED = "started"
    PRODUCING = "producing"


class YearPlanBody(Model):
    """The plan of a year; see `YearPlan`."""

    annual: float | str
    months: list[float | str] = Field(default_factory=list)
    paper: str = ""


class EditBody(Model):
    """What to correct."""

    approval_ref: str | None = None
    charter_ref: str | None = None
    completes_on: dt.date | None = None
    if_revision: int | None = None
    leader_post: str | None = None
    officer_unit: str | None = None
    preliminary: bool | None = None
    starts_on: dt.date | None = None


class PlanView(Model):
    """The plan of a year as it holds since a day."""

    annual: str
    months: list[str]
    since: dt.date
    year: int


class ReportView(Model):
    """What was completed from 1 January to the end of a day."""

    completed: str
    entered_by: str
    on: dt.date


class WeekView(Model):
    """A weekly reading that the warning looked at."""

    ahead: str
    on: dt.date
    points: str


class AdjustmentView(Model):
    """A quarterly adjustment with its items and decisions."""

    applied_at: dt.datetime | None
    id: str
    items: list[JsonObject]
    proposed_by: str
    proposed_on: dt.date
    quarter: int
    state: str
    year: int
    decisions: list[DecisionView] = Field(default_factory=list)
    state_word: str = ""


class AdvanceBody(Model):
    """The batch to move to, with what it needs; see `Advance`."""

    to: Stage | str
    approval_ref: str | None = None
    charter_ref: str | None = None
    completes_on: dt.date | None = None
    if_revision: int | None = None
    leader_post: str | None = None
    officer_unit: str | None = None
    preliminary: bool | None = None
    reason: str = ""
    starts_on: dt.date | None = None


class FundSum(Model):
    """How far a fund is: projects started 开工率 of those that have it, and paid 支付率 of what was handed down."""

    fund: str
    fund_word: str
    paid: ShareView
    started: ShareView
    unit_id: str = ""
    unit_name: str = ""


class FundView(Model):
    """A fund with what was handed down and paid by its last report."""

    fund: str
    fund_word: str
    on: dt.date
    paid: ShareView


class NodeBody(Model):
    """A node that was reached; see `Confirmation`."""

    node: Node | str
    reached_on: dt.date
    evidence: dict[str, str] = Field(default_factory=dict)
    if_revision: int | None = None
    output: float | str | None = None


class ProjectBody(Model):
    """A project; see `Project`. Amounts are in 亿元."""

    annual: float | str
    leader_post: str
    title: str
    total: float | str
    units: list[UnitBody]
    year: int
    approval_ref: str | None = None
    body: str = ""
    charter_ref: str | None = None
    client_ref: str | None = None
    completed_before: float | str = "0"
    completes_on: dt.date | None = None
    level: str = "normal"
    level_owner: str = "local"
    listed_on: dt.date | None = None
    months: list[float | str] = Field(default_factory=list)
    officer_unit: str | None = None
    plan_id: str | None = None
    preliminary: bool = False
    source: str = "document"
    source_ref: str | None = None
    stage: Stage | str = "planned"
    starts_on: dt.date | None = None


class ProjectPace(Model):
    """The line of a project; `lagging` when each of `weeks` was behind by more than the margin."""

    ahead: str
    annual: str
    completed: ShareView
    id: str
    lagging: bool
    node: str
    planned: ShareView
    points: str
    reported_on: dt.date | None
    stage: str
    stage_word: str
    title: str
    unit_id: str | None
    unit_name: str
    weeks: list[WeekView]


class SumOfPace(Model):
    """Several projects together; each share counts projects but for those of `PaceView`.

    `begun` are those that were formally started of those whose planned start had come or that had started.
    """

    ahead: str
    annual: str
    begun: ShareView
    completed: ShareView
    lagging: ShareView
    planned: ShareView
    points: str
    projects: int
    reported: ShareView
    unit_id: str = ""
    unit_name: str = ""


class DecisionBody(Model):
    """What a body decided; see `Decision`."""

    approved: bool
    body: Body | str
    decided_on: dt.date
    paper: str
    note: str = ""


class BalanceView(Model):
    """The list before and after an adjustment; `adjustment` is none when it was only tried out."""

    adjustment: AdjustmentView | None
    after: SizeView
    before: SizeView


class ItemBody(Model):
    """One change of the list; see `Item`."""

    kind: ItemKind | str
    reason: str
    annual: float | str | None = None
    months: list[float | str] = Field(default_factory=list)
    project: ProjectBody | None = None
    stage: Stage | str | None = None
    starts_on: dt.date | None = None
    task_id: str | None = None
    total: float | str | None = None


class PaceTable(Model):
    """All lines of a day, with the rule of the warning."""

    by_unit: list[SumOfPace]
    in_all: SumOfPace
    lines: list[ProjectPace]
    on: dt.date
    rule: LagRule


class ProjectDetail(Model):
    """Everything about one project; `lacks` says for each batch ahead what is missing."""

    approval_ref: str | None
    body: str
    charter_ref: str | None
    completed: ShareView
    completed_before: str
    completed_in_all: ShareView
    completes_on: dt.date | None
    dropped_on: dt.date | None
    elements: ShareView
    elements_listed: list[ElementView]
    funds: list[FundView]
    id: str
    lacks: dict[str, list[str]]
    leader_post: str
    level_owner: str
    level_owner_word: str
    listed_on: dt.date
    node: str
    node_word: str
    nodes: list[NodeView]
    officer_unit: str
    officer_unit_name: str
    plans: list[PlanView]
    preliminary: bool
    reported_on: dt.date | None
    reports: list[ReportView]
    revision: int
    stage: str
    stage_word: str
    starts_on: dt.date | None
    state: str
    state_word: str
    title: str
    total: str
    unit_id: str | None
    unit_name: str
    year: int


class ProjectView(Model):
    """A project in a list; investment is that of the year of the day on which it is shown."""

    charter_ref: str | None
    completed: ShareView
    completed_before: str
    completed_in_all: ShareView
    completes_on: dt.date | None
    dropped_on: dt.date | None
    elements: ShareView
    funds: list[FundView]
    id: str
    leader_post: str
    level_owner: str
    level_owner_word: str
    node: str
    node_word: str
    officer_unit: str
    officer_unit_name: str
    preliminary: bool
    reported_on: dt.date | None
    revision: int
    stage: str
    stage_word: str
    starts_on: dt.date | None
    state: str
    state_word: str
    title: str
    total: str
    unit_id: str | None
    unit_name: str
    year: int


class AdjustmentBody(Model):
    """A quarterly adjustment of the list."""

    items: list[ItemBody]
    quarter: int
    year: int


class ProjectsApi:
    """/projects of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_projects(
        self,
        *,
        unit: str | None = None,
        stage: str | None = None,
        level_owner: str | None = None,
        fund: str | None = None,
        preliminary: bool | None = None,
        dropped: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[ProjectView]:
        """列出重点项目: GET /api/v1/projects."""
        return self.calls.ask(
            list[ProjectView],
            "GET",
            "/api/v1/projects",
            query={
                "unit": unit,
                "stage": stage,
                "level_owner": level_owner,
                "fund": fund,
                "preliminary": preliminary,
                "dropped": dropped,
                "after": after,
                "limit": limit,
            },
        )

    def post_projects(
        self, body: ProjectBody | JsonObject, *, idempotency_key: str | None = None
    ) -> ProjectDetail:
        """登记重点项目: POST /api/v1/projects."""
        return self.calls.ask(
            ProjectDetail, "POST", "/api/v1/projects", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_projects_pace(self, *, on: dt.date | None = None, unit: str | None = None) -> PaceTable:
        """重点项目序时进度：逐项、分单位、合计: GET /api/v1/projects/pace."""
        return self.calls.ask(PaceTable, "GET", "/api/v1/projects/pace", query={"on": on, "unit": unit})

    def get_projects_funds(self, *, on: dt.date | None = None) -> list[FundSum]:
        """专项债、中央预算内开工率和支付率: GET /api/v1/projects/funds."""
        return self.calls.ask(list[FundSum], "GET", "/api/v1/projects/funds", query={"on": on})

    def get_projects_adjustments(
        self, *, state: str | None = None, after: str | None = None, limit: int | None = None
    ) -> list[AdjustmentView]:
        """列出项目计划季度调整方案: GET /api/v1/projects/adjustments."""
        return self.calls.ask(
            list[AdjustmentView],
            "GET",
            "/api/v1/projects/adjustments",
            query={"state": state, "after": after, "limit": limit},
        )

    def post_projects_adjustments(
        self,
        body: AdjustmentBody | JsonObject,
        *,
        confirm: bool | None = None,
        idempotency_key: str | None = None,
    ) -> BalanceView:
        """提出季度调整方案；confirm=false 只试算: POST /api/v1/projects/adjustments."""
        return self.calls.ask(
            BalanceView,
            "POST",
            "/api/v1/projects/adjustments",
            query={"confirm": confirm},
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_projects_adjustments_by_adjustment_id(self, *, adjustment_id: str) -> AdjustmentView:
        """查看季度调整方案: GET /api/v1/projects/adjustments/{adjustment_id}."""
        return self.calls.ask(AdjustmentView, "GET", f"/api/v1/projects/adjustments/{in_path(adjustment_id)}")

    def post_projects_adjustments_by_adjustment_id_decisions(
        self, body: DecisionBody | JsonObject, *, adjustment_id: str, idempotency_key: str | None = None
    ) -> AdjustmentView:
        """登记分管委领导、主任办公会的决定: POST /api/v1/projects/adjustments/{adjustment_id}/decisions."""
        return self.calls.ask(
            AdjustmentView,
            "POST",
            f"/api/v1/projects/adjustments/{in_path(adjustment_id)}/decisions",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_projects_adjustments_by_adjustment_id_application(
        self, *, adjustment_id: str, idempotency_key: str | None = None
    ) -> AdjustmentView:
        """执行已同意的季度调整方案: POST /api/v1/projects/adjustments/{adjustment_id}/application."""
        return self.calls.ask(
            AdjustmentView,
            "POST",
            f"/api/v1/projects/adjustments/{in_path(adjustment_id)}/application",
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_projects_by_task_id(self, *, task_id: str) -> ProjectDetail:
        """查看重点项目: GET /api/v1/projects/{task_id}."""
        return self.calls.ask(ProjectDetail, "GET", f"/api/v1/projects/{in_path(task_id)}")

    def patch_projects_by_task_id(
        self, body: EditBody | JsonObject, *, task_id: str, if_match: str | None = None
    ) -> ProjectDetail:
        """修改重点项目信息: PATCH /api/v1/projects/{task_id}."""
        return self.calls.ask(
            ProjectDetail,
            "PATCH",
            f"/api/v1/projects/{in_path(task_id)}",
            headers={"If-Match": if_match},
            body=body,
        )

    def post_projects_by_task_id_stage(
        self,
        body: AdvanceBody | JsonObject,
        *,
        task_id: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectDetail:
        """转入下一批次（四个一批）: POST /api/v1/projects/{task_id}/stage."""
        return self.calls.ask(
            ProjectDetail,
            "POST",
            f"/api/v1/projects/{in_path(task_id)}/stage",
            headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_projects_by_task_id_nodes(
        self,
        body: NodeBody | JsonObject,
        *,
        task_id: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectDetail:
        """确认项目节点: POST /api/v1/projects/{task_id}/nodes."""
        return self.calls.ask(
            ProjectDetail,
            "POST",
            f"/api/v1/projects/{in_path(task_id)}/nodes",
            headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_projects_by_task_id_investment(
        self, body: InvestmentBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> ProjectDetail:
        """填报完成投资: POST /api/v1/projects/{task_id}/investment."""
        return self.calls.ask(
            ProjectDetail,
            "POST",
            f"/api/v1/projects/{in_path(task_id)}/investment",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def put_projects_by_task_id_plans_by_year(
        self, body: YearPlanBody | JsonObject, *, task_id: str, year: int
    ) -> ProjectDetail:
        """设定年度计划投资: PUT /api/v1/projects/{task_id}/plans/{year}."""
        return self.calls.ask(
            ProjectDetail, "PUT", f"/api/v1/projects/{in_path(task_id)}/plans/{in_path(year)}", body=body
        )

    def post_projects_by_task_id_funds(
        self, body: FundBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> ProjectDetail:
        """填报资金下达和支付: POST /api/v1/projects/{task_id}/funds."""
        return self.calls.ask(
            ProjectDetail,
            "POST",
            f"/api/v1/projects/{in_path(task_id)}/funds",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_projects_by_task_id_elements(
        self, body: ElementBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> ProjectDetail:
        """登记要素保障: POST /api/v1/projects/{task_id}/elements."""
        return self.calls.ask(
            ProjectDetail,
            "POST",
            f"/api/v1/projects/{in_path(task_id)}/elements",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_projects_by_task_id_elements_by_number_done(
        self, body: DoneBody | JsonObject, *, task_id: str, number: int, idempotency_key: str | None = None
    ) -> ProjectDetail:
        """确认要素已落实: POST /api/v1/projects/{task_id}/elements/{number}/done."""
        return self.calls.ask(
            ProjectDetail,
            "POST",
            f"/api/v1/projects/{in_path(task_id)}/elements/{in_path(number)}/done",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
