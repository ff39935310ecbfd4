"""/orders of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class ContactBody(Model):
    """That the unit spoke with the caller; see `Contact`."""

    note: str = ""
    on_behalf_of: str | None = None


class DispatchBody(Model):
    """A unit to dispatch to, and why; see `Dispatch`."""

    reason: str
    unit_id: str
    cooperating: list[str] = Field(default_factory=list)


class ExclusionBody(Model):
    """Why an order counts in no rate; see `Exclusion`."""

    decided_by_name: str = ""
    excluded: bool = True
    note: str = ""
    reason: str = ""


class FactView(Model):
    """What the platform said: 催办, 撤回 or 回访."""

    at: dt.datetime
    kind: str
    kind_word: str
    level: int | None
    level_word: str
    number: int
    reached: bool | None
    resolved_word: str


class HopView(Model):
    """A unit that an order was handed to, and its return; `granted_word` is 待审核, 同意 or 不同意."""

    at: dt.datetime
    by: str
    cooperating: list[str]
    decided_at: dt.datetime | None
    decided_by: str
    due_at: dt.datetime
    granted: bool | None
    granted_word: str
    how: str
    how_word: str
    number: int
    opinion: str
    reason: str
    return_note: str
    return_reason: str
    return_word: str
    returned_at: dt.datetime | None
    rule_id: str | None
    unit_id: str
    unit_name: str


class MergeBody(Model):
    """The task that an order is dealt with in, and why."""

    into: str
    reason: str


class MisrouteRow(Model):
    """A first dispatch that turned out wrong."""

    category: str
    dispatched_at: dt.datetime
    how: str
    how_word: str
    order_no: str
    region_code: str
    return_reason: str
    rule_id: str | None
    task_id: str
    unit_id: str


class NamingBody(Model):
    """A unit that is named for a 疑难工单; see `Naming`."""

    reason: str
    unit_id: str
    on_behalf_of: str | None = None


class OrderView(Model):
    """An order in a list; `state_word` says 并单, 不受理 or 平台撤回 where that is what ended it."""

    answer_late: bool | None
    answered_at: dt.datetime | None
    blocked: str
    blocked_word: str
    category: str
    closed_at: dt.datetime | None
    contact_due_at: dt.datetime | None
    contact_late: bool | None
    contacted_at: dt.datetime | None
    dispatched_at: dt.datetime | None
    due_at: dt.datetime | None
    due_on: dt.date | None
    enterprise: bool
    excluded: str
    excluded_by: str
    excluded_word: str
    hard: str
    hard_word: str
    hop: int
    kind: str
    kind_word: str
    merged_into: str | None
    order_id: str
    order_no: str
    received_at: dt.datetime
    refusal: str
    refusal_word: str
    region_code: str
    reopened: int
    repeats: str
    resolved: str | None
    resolved_word: str
    return_due_at: dt.datetime | None
    source_id: str
    state: str
    state_word: str
    task_id: str
    unit_id: str | None
    unit_name: str
    urged: int
    urgent: bool
    visit: str
    visit_word: str


class RefusalBody(Model):
    """Why an order is not taken up."""

    reason: str
    note: str = ""


class ReturnBody(Model):
    """Why a unit gives an order back; see `Return`."""

    reason: str
    note: str = ""
    on_behalf_of: str | None = None


class RulingBody(Model):
    """What is decided about a return; see `Ruling`."""

    grant: bool
    opinion: str
    cooperating: list[str] = Field(default_factory=list)
    unit_id: str | None = None


class VisitBody(Model):
    """An attempt of ours to ask the caller; see `Visit`."""

    reached: bool
    level: int | None = None
    note: str = ""
    resolved: str | None = None


class VisitView(Model):
    """An attempt of ours to ask the caller."""

    at: dt.datetime
    attempt: int
    by: str
    level: int | None
    level_word: str
    note: str
    reached: bool
    resolved_word: str


class AnswerBody(Model):
    """The unit's answer; see `Answer`."""

    text: str
    evidence: list[str] = Field(default_factory=list)
    on_behalf_of: str | None = None
    resolved: str | None = None


class ClosingBody(Model):
    """Whether the matter is resolved."""

    resolved: str
    on_behalf_of: str | None = None


class StepView(Model):
    """A step of an order: who, for which unit, when and why."""

    at: dt.datetime
    by: str
    details: JsonObject
    number: int
    reason: str
    step: str
    step_word: str
    unit_id: str | None
    unit_name: str


class MisroutesView(Model):
    """The rate over the first dispatches from day to day, Shanghai time.

    `percent` is numerator / denominator in %, rounded half up to two places; empty with `note` 样本不足 below 30.
    """

    as_of: dt.datetime
    denominator: int
    first: dt.date
    last: dt.date
    note: str
    numerator: int
    percent: str
    rows: list[MisrouteRow]


class OrderDetail(Model):
    """An order with all that became of it; `merged` are the orders that are dealt with in it."""

    answer: str
    answer_late: bool | None
    answered_at: dt.datetime | None
    blocked: str
    blocked_word: str
    category: str
    closed_at: dt.datetime | None
    contact_due_at: dt.datetime | None
    contact_late: bool | None
    contacted_at: dt.datetime | None
    cooperating: list[str]
    dispatched_at: dt.datetime | None
    due_at: dt.datetime | None
    due_on: dt.date | None
    enterprise: bool
    excluded: str
    excluded_by: str
    excluded_word: str
    facts: list[FactView]
    hard: str
    hard_word: str
    hop: int
    hops: list[HopView]
    industry_unit: str | None
    kind: str
    kind_word: str
    merged: list[str]
    merged_into: str | None
    order_id: str
    order_no: str
    received_at: dt.datetime
    refusal: str
    refusal_word: str
    region_code: str
    reopened: int
    repeats: str
    resolved: str | None
    resolved_word: str
    return_due_at: dt.datetime | None
    rules_region: str
    rules_version: int
    source_id: str
    state: str
    state_word: str
    steps: list[StepView]
    task_id: str
    unit_id: str | None
    unit_name: str
    urged: int
    urgent: bool
    visit: str
    visit_word: str
    visits: list[VisitView]


class OrdersApi:
    """/orders of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_orders(
        self,
        *,
        stage: str | None = None,
        unit: str | None = None,
        kind: str | None = None,
        category: str | None = None,
        region: str | None = None,
        order_no: str | None = None,
        late: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[OrderView]:
        """列出12345工单: GET /api/v1/orders."""
        return self.calls.ask(
            list[OrderView],
            "GET",
            "/api/v1/orders",
            query={
                "stage": stage,
                "unit": unit,
                "kind": kind,
                "category": category,
                "region": region,
                "order_no": order_no,
                "late": late,
                "after": after,
                "limit": limit,
            },
        )

    def get_orders_misroutes(
        self, *, first: dt.date | None = None, last: dt.date | None = None
    ) -> MisroutesView:
        """误派率及其明细: GET /api/v1/orders/misroutes."""
        return self.calls.ask(
            MisroutesView, "GET", "/api/v1/orders/misroutes", query={"first": first, "last": last}
        )

    def get_orders_about_offices(
        self, *, after: str | None = None, limit: int | None = None
    ) -> list[OrderView]:
        """处投诉清单（领导、督查）: GET /api/v1/orders/about-offices."""
        return self.calls.ask(
            list[OrderView], "GET", "/api/v1/orders/about-offices", query={"after": after, "limit": limit}
        )

    def get_orders_by_task_id(self, *, task_id: str) -> OrderDetail:
        """查看12345工单: GET /api/v1/orders/{task_id}."""
        return self.calls.ask(OrderDetail, "GET", f"/api/v1/orders/{in_path(task_id)}")

    def post_orders_by_task_id_dispatch(
        self, body: DispatchBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """派单、改派: POST /api/v1/orders/{task_id}/dispatch."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/dispatch",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_return(
        self, body: ReturnBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """退单: POST /api/v1/orders/{task_id}/return."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/return",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_return_decision(
        self, body: RulingBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """派单异议审核: POST /api/v1/orders/{task_id}/return/decision."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/return/decision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_hard_industry(
        self, body: NamingBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """疑难工单：明确行业主管: POST /api/v1/orders/{task_id}/hard/industry."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/hard/industry",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_hard_handler(
        self, body: NamingBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """疑难工单：明确承办单位: POST /api/v1/orders/{task_id}/hard/handler."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/hard/handler",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_merge(
        self, body: MergeBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """并单: POST /api/v1/orders/{task_id}/merge."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/merge",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_refusal(
        self, body: RefusalBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """不受理: POST /api/v1/orders/{task_id}/refusal."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/refusal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_contact(
        self, body: ContactBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """登记联系诉求人: POST /api/v1/orders/{task_id}/contact."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/contact",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_answer(
        self, body: AnswerBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """答复工单: POST /api/v1/orders/{task_id}/answer."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/answer",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_closing(
        self, body: ClosingBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """办结工单: POST /api/v1/orders/{task_id}/closing."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/closing",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_visits(
        self, body: VisitBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """登记差评工单回访: POST /api/v1/orders/{task_id}/visits."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/visits",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_orders_by_task_id_exclusion(
        self, body: ExclusionBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> OrderDetail:
        """剔除工单: POST /api/v1/orders/{task_id}/exclusion."""
        return self.calls.ask(
            OrderDetail,
            "POST",
            f"/api/v1/orders/{in_path(task_id)}/exclusion",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
