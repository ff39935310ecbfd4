"""/inspections of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class ApprovalBody(Model):
    """A leader's approval; see `Approval`."""

    decided_by_name: str = ""
    override_by_name: str = ""
    override_reason: str = ""


class ConclusionBody(Model):
    """The conclusion, and until when the units answer."""

    conclusion: str
    due_on: dt.date | None = None


class Effect(StrEnum):
    """How an inspection worked 效果评估."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class FindingBody(Model):
    """A problem that was found; it is handed out at once unless `assign` says otherwise."""

    title: str
    units: list[str]
    assign: bool = True
    blocks: list[str] = Field(default_factory=list)
    body: str = ""
    category: str = "other"
    client_ref: str | None = None
    deadline: dt.date | None = None
    found_in: None = None
    level: str = "normal"
    measure: str = ""


class InspectedUnit(Model):
    """An inspected unit with its answer; `late` is one after the limit, or missing after it."""

    feedback: str
    feedback_at: dt.datetime | None
    unit_id: str
    late: bool = False
    name: str = ""


class InspectionState(StrEnum):
    """Where an inspection stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class InspectionStep(StrEnum):
    """What is done with it."""

    PLAN = "plan"
    APPROVE = "approve"
    START = "start"
    FIND = "find"
    CONCLUDE = "conclude"
    ANSWER = "answer"
    OBJECT = "object"
    REVIEW = "review"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class OutcomeInput(StrEnum):
    """What a review 复核 of an objection decides about the conclusion."""

    UPHELD = "upheld"
    AMENDED = "amended"


class PlanBody(Model):
    """An inspection as it is planned; see `InspectionPlan`."""

    basis: str
    ends_on: dt.date
    scope: str
    starts_on: dt.date
    team: list[str]
    title: str
    units: list[str]
    follow_up_of: str | None = None
    joint_units: list[str] = Field(default_factory=list)


class BodiesUnitBody(Model):
    """What an inspected unit says; see `UnitSays`."""

    text: str
    on_behalf_of: str | None = None


class WithdrawalBody(Model):
    """Why a plan is taken back."""

    reason: str


class DomainOutcome(StrEnum):
    """What a review 复核 of an objection decides about the conclusion."""

    UPHELD = "upheld"
    AMENDED = "amended"


class FindingView(Model):
    """A problem that was found."""

    id: str
    light: str
    owner: str | None
    state: str
    state_word: str
    title: str


class InspectionView(Model):
    """An inspection in a list."""

    approved_by_name: str | None
    basis: str
    conclusion: str
    effect: Effect | str | None
    effect_note: str
    ends_on: dt.date
    feedback_due_on: dt.date | None
    follow_up_of: str | None
    id: str
    joint_units: list[str]
    override_by_name: str | None
    override_reason: str
    scope: str
    starts_on: dt.date
    state: InspectionState | str
    team: list[str]
    title: str
    told_at: dt.datetime | None
    effect_word: str = ""
    state_word: str = ""


class ObjectionView(Model):
    """An objection, and what the review decided."""

    made_at: dt.datetime
    opinion: str
    outcome: DomainOutcome | str | None
    reason: str
    review_due_on: dt.date
    reviewed_at: dt.datetime | None
    reviewed_by_name: str | None
    unit_id: str
    outcome_word: str = ""


class ClosingBody(Model):
    """The effect of an inspection."""

    effect: Effect | str
    effect_note: str


class ReviewBody(Model):
    """What a leader decides about an objection; see `Review`."""

    opinion: str
    outcome: OutcomeInput | str
    conclusion: str = ""
    decided_by_name: str = ""


class StepView(Model):
    """One step: who, when, why."""

    at: dt.datetime
    by: str
    decided_by_name: str | None
    note: str
    number: int
    step: InspectionStep | str
    unit_id: str | None
    step_word: str = ""


class InspectionDetail(Model):
    """Everything about one inspection; `follow_ups` are the ids of those that look back at it."""

    approved_by_name: str | None
    basis: str
    conclusion: str
    effect: Effect | str | None
    effect_note: str
    ends_on: dt.date
    feedback_due_on: dt.date | None
    findings: list[FindingView]
    follow_up_of: str | None
    follow_ups: list[str]
    id: str
    joint_units: list[str]
    objections: list[ObjectionView]
    override_by_name: str | None
    override_reason: str
    scope: str
    starts_on: dt.date
    state: InspectionState | str
    steps: list[StepView]
    team: list[str]
    title: str
    told_at: dt.datetime | None
    units: list[InspectedUnit]
    effect_word: str = ""
    state_word: str = ""


class InspectionsApi:
    """/inspections of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_inspections(
        self,
        *,
        state: InspectionState | str | None = None,
        unit: str | None = None,
        year: int | None = None,
        follow_up_of: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[InspectionView]:
        """列出督查活动: GET /api/v1/inspections."""
        return self.calls.ask(
            list[InspectionView],
            "GET",
            "/api/v1/inspections",
            query={
                "state": state,
                "unit": unit,
                "year": year,
                "follow_up_of": follow_up_of,
                "after": after,
                "limit": limit,
            },
        )

    def post_inspections(
        self, body: PlanBody | JsonObject, *, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """拟订督查方案: POST /api/v1/inspections."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            "/api/v1/inspections",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_inspections_by_inspection_id(self, *, inspection_id: str) -> InspectionDetail:
        """查看督查活动: GET /api/v1/inspections/{inspection_id}."""
        return self.calls.ask(InspectionDetail, "GET", f"/api/v1/inspections/{in_path(inspection_id)}")

    def post_inspections_by_inspection_id_approval(
        self, body: ApprovalBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """批准督查方案: POST /api/v1/inspections/{inspection_id}/approval."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/approval",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_start(
        self, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """启动督查: POST /api/v1/inspections/{inspection_id}/start."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/start",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_inspections_by_inspection_id_withdrawal(
        self, body: WithdrawalBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """撤回督查方案: POST /api/v1/inspections/{inspection_id}/withdrawal."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_findings(
        self, body: FindingBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """登记督查发现: POST /api/v1/inspections/{inspection_id}/findings."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/findings",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_conclusion(
        self, body: ConclusionBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """反馈督查结论: POST /api/v1/inspections/{inspection_id}/conclusion."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/conclusion",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_feedback(
        self, body: BodiesUnitBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """反馈整改情况: POST /api/v1/inspections/{inspection_id}/feedback."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/feedback",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_objections(
        self, body: BodiesUnitBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """提出异议: POST /api/v1/inspections/{inspection_id}/objections."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/objections",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_objections_by_unit_id_review(
        self,
        body: ReviewBody | JsonObject,
        *,
        inspection_id: str,
        unit_id: str,
        idempotency_key: str | None = None,
    ) -> InspectionDetail:
        """复核异议: POST /api/v1/inspections/{inspection_id}/objections/{unit_id}/review."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/objections/{in_path(unit_id)}/review",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_inspections_by_inspection_id_close(
        self, body: ClosingBody | JsonObject, *, inspection_id: str, idempotency_key: str | None = None
    ) -> InspectionDetail:
        """办结并评估效果: POST /api/v1/inspections/{inspection_id}/close."""
        return self.calls.ask(
            InspectionDetail,
            "POST",
            f"/api/v1/inspections/{in_path(inspection_id)}/close",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
