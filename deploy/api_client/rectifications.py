"""/rectifications of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path


class AppealBody(Model):
    """An appeal; see `Appeal`."""

    reason: str
    side: str
    on_behalf_of: str | None = None


class CallBody(Model):
    """An attempt of a call-back; see `Call`."""

    reached: bool
    level: int | None = None
    note: str = ""


class CallView(Model):
    """An attempt of a call-back."""

    at: dt.datetime
    by: str
    level: int | None
    note: str
    number: int
    reached: bool
    round: int


class CaseView(Model):
    """A case in a list; `overdue` is past its limit by now, or was when it was put right."""

    call_back: bool
    closed_at: dt.datetime | None
    dispatched_by: str
    doubt: str
    due_at: dt.datetime | None
    grade: str
    grade_word: str
    id: str
    is_named: bool
    item_code: str
    level: int
    opened_at: dt.datetime
    overdue: bool
    project_no: str
    rated_unit: str | None
    rating_id: str
    revision: int
    round: int
    service_number: int
    stage: str
    stage_word: str
    stands: bool
    state: str
    state_word: str
    task_level: str
    title: str
    unit_id: str | None
    unit_name: str
    verdict: str | None
    verdict_word: str


class GradeBody(Model):
    """The class of the limit."""

    grade: str
    reason: str


class LedgerBody(Model):
    """A 台账; see `LedgerEntry`."""

    due_on: dt.date
    measures: str
    owner: str
    on_behalf_of: str | None = None


class ProposalBody(Model):
    """What the rating is; see `Proposal`."""

    reason: str
    verdict: str
    grade: str | None = None
    on_behalf_of: str | None = None


class RatingView(Model):
    """A bad rating of the case."""

    assessment_number: int
    is_named: bool
    level: int
    rated_at: dt.datetime
    rating_id: str


class ReopeningBody(Model):
    """Why a case is opened again."""

    reason: str


class ClosingBody(Model):
    """Why a case is closed; needed where the rater is unsatisfied still."""

    reason: str = ""


class DecisionBody(Model):
    """What an appeal comes to."""

    reason: str
    upheld: bool


class RemedyBody(Model):
    """What was done; see `Remedy`."""

    done: str
    mode: str
    on_behalf_of: str | None = None


class ReplyBody(Model):
    """What the rater was answered."""

    reply: str
    on_behalf_of: str | None = None


class ReviewBody(Model):
    """What a person of the office says to it."""

    reason: str
    step: str


class StepView(Model):
    """A step: who, for which unit, when and why."""

    at: dt.datetime
    by: str
    details: JsonObject
    from_stage: str
    number: int
    reason: str
    round: int
    step: str
    step_word: str
    to_stage: str
    to_stage_word: str
    unit_id: str | None


class FindingView(Model):
    """A finding: what, of which unit, how many, of how many, and the cases behind it."""

    denominator: int | None
    facts: dict[str, str]
    finding: str
    numerator: int
    tasks: list[str]
    unit_id: str | None
    unit_name: str
    word: str


class WholeCaseView(Model):
    """A case with all that is known of it; `texts_hidden` where the reader's unit has no part in it.

    Attributes:
        legal: Steps that may be made now, with their words.
    """

    call_back: bool
    call_backs: list[CallView]
    closed_at: dt.datetime | None
    dispatched_by: str
    doubt: str
    due_at: dt.datetime | None
    grade: str
    grade_word: str
    id: str
    is_named: bool
    item_code: str
    late: bool | None
    ledger_due: dt.date | None
    legal: dict[str, str]
    level: int
    measures: str
    mode: str | None
    mode_word: str
    opened_at: dt.datetime
    overdue: bool
    owner: str
    project_no: str
    rated_unit: str | None
    rating_id: str
    ratings: list[RatingView]
    rectified_at: dt.datetime | None
    replied_at: dt.datetime | None
    reply: str
    revision: int
    round: int
    rules_region: str
    rules_version: int
    service_number: int
    stage: str
    stage_word: str
    stands: bool
    state: str
    state_word: str
    task_level: str
    texts_hidden: bool
    title: str
    unit_id: str | None
    unit_name: str
    verdict: str | None
    verdict_word: str


class RectificationsApi:
    """/rectifications of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_rectifications(
        self,
        *,
        unit: str | None = None,
        state: str | None = None,
        stage: str | None = None,
        grade: str | None = None,
        verdict: str | None = None,
        overdue: bool | None = None,
        without_unit: bool | None = None,
        done: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[CaseView]:
        """列出差评整改: GET /api/v1/rectifications."""
        return self.calls.ask(
            list[CaseView],
            "GET",
            "/api/v1/rectifications",
            query={
                "unit": unit,
                "state": state,
                "stage": stage,
                "grade": grade,
                "verdict": verdict,
                "overdue": overdue,
                "without_unit": without_unit,
                "done": done,
                "after": after,
                "limit": limit,
            },
        )

    def get_rectifications_findings(
        self, *, since: dt.date | None = None, unit: str | None = None
    ) -> list[FindingView]:
        """查看差评整改疑点: GET /api/v1/rectifications/findings."""
        return self.calls.ask(
            list[FindingView], "GET", "/api/v1/rectifications/findings", query={"since": since, "unit": unit}
        )

    def get_rectifications_by_task_id(self, *, task_id: str) -> WholeCaseView:
        """查看差评整改: GET /api/v1/rectifications/{task_id}."""
        return self.calls.ask(WholeCaseView, "GET", f"/api/v1/rectifications/{in_path(task_id)}")

    def get_rectifications_by_task_id_steps(self, *, task_id: str) -> list[StepView]:
        """查看差评整改各步骤: GET /api/v1/rectifications/{task_id}/steps."""
        return self.calls.ask(list[StepView], "GET", f"/api/v1/rectifications/{in_path(task_id)}/steps")

    def post_rectifications_by_task_id_verdict(
        self, body: ProposalBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """核实差评: POST /api/v1/rectifications/{task_id}/verdict."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/verdict",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_review(
        self, body: ReviewBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """两人认定恶意、误评: POST /api/v1/rectifications/{task_id}/review."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/review",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_grade(
        self, body: GradeBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """确定整改类别: POST /api/v1/rectifications/{task_id}/grade."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/grade",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_appeal(
        self, body: AppealBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """申诉: POST /api/v1/rectifications/{task_id}/appeal."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/appeal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_appeal_decision(
        self, body: DecisionBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """决定申诉: POST /api/v1/rectifications/{task_id}/appeal/decision."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/appeal/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def put_rectifications_by_task_id_ledger(
        self, body: LedgerBody | JsonObject, *, task_id: str
    ) -> WholeCaseView:
        """建立整改台账: PUT /api/v1/rectifications/{task_id}/ledger."""
        return self.calls.ask(
            WholeCaseView, "PUT", f"/api/v1/rectifications/{in_path(task_id)}/ledger", body=body
        )

    def post_rectifications_by_task_id_remedy(
        self, body: RemedyBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """报告整改情况: POST /api/v1/rectifications/{task_id}/remedy."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/remedy",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_reply(
        self, body: ReplyBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """回复评价人: POST /api/v1/rectifications/{task_id}/reply."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/reply",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_call_backs(
        self, body: CallBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """登记回访: POST /api/v1/rectifications/{task_id}/call-backs."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/call-backs",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_closing(
        self, body: ClosingBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """办结差评: POST /api/v1/rectifications/{task_id}/closing."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/closing",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_rectifications_by_task_id_reopening(
        self, body: ReopeningBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> WholeCaseView:
        """重开差评整改: POST /api/v1/rectifications/{task_id}/reopening."""
        return self.calls.ask(
            WholeCaseView,
            "POST",
            f"/api/v1/rectifications/{in_path(task_id)}/reopening",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
