"""/approvals of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path


class DayView(Model):
    """The results of one source that were received on a day; the states are of now."""

    # 已认领，含已开展监管
    claimed: int
    day: dt.date
    # 单位已退回、待督查人员改派
    declined: int
    # 其中超期认领
    late: int
    # 其中已超期
    overdue: int
    # 已登记的审批结果数，等于网关当日收到的
    recorded: int
    # 已推送到单位：待认领、已认领和已开展监管
    routed: int
    source: str
    # 未认领前被新结果替代
    superseded: int
    # 未认领，含待指派和已退回
    unclaimed: int
    # 目录无对应单位、待督查人员指派
    unroutable: int


class ReasonBody(Model):
    """Why a result is given back."""

    reason: str


class ReassignmentBody(Model):
    """To whom a result goes, and why."""

    reason: str
    unit_id: str


class RecordView(Model):
    """One version of a result; `due_at` is the end of the limit of whoever has it, or had it when it was claimed."""

    amends: str
    approval_id: str
    claimed_at: dt.datetime | None
    claimed_by: str
    decided_at: dt.datetime
    due_at: dt.datetime
    hop: int
    how: str
    id: str
    item_code: str
    item_type: str
    late: bool | None
    limit_workdays: int
    project_no: str
    received_at: dt.datetime
    region_code: str
    result: str
    rule_id: str | None
    source_id: str
    started_at: dt.datetime
    state: str
    superseded_by: int | None
    supervised_note: str
    supervised_on: dt.date | None
    unit_code: str
    unit_id: str | None
    valid_until: dt.date | None
    version: int
    how_word: str = ""
    overdue: bool = False
    result_word: str = ""
    state_word: str = ""
    unit_name: str = ""


class SupervisionBody(Model):
    """When the first supervision was, and the number of its record."""

    note: str
    on: dt.date


class StepView(Model):
    """A step of a record: who, for which unit, when and why."""

    at: dt.datetime
    by: str
    details: JsonObject
    number: int
    reason: str
    step: str
    unit_id: str | None
    step_word: str = ""
    unit_name: str = ""


class RecordDetail(Model):
    """A record with its steps."""

    amends: str
    approval_id: str
    claimed_at: dt.datetime | None
    claimed_by: str
    decided_at: dt.datetime
    due_at: dt.datetime
    hop: int
    how: str
    id: str
    item_code: str
    item_type: str
    late: bool | None
    limit_workdays: int
    project_no: str
    received_at: dt.datetime
    region_code: str
    result: str
    rule_id: str | None
    source_id: str
    started_at: dt.datetime
    state: str
    steps: list[StepView]
    superseded_by: int | None
    supervised_note: str
    supervised_on: dt.date | None
    unit_code: str
    unit_id: str | None
    valid_until: dt.date | None
    version: int
    how_word: str = ""
    overdue: bool = False
    result_word: str = ""
    state_word: str = ""
    unit_name: str = ""


class RecordsView(Model):
    """A page of records, the earliest received first; `next` is the `after` of the page behind it."""

    items: list[RecordView]
    next: str | None


class ApprovalsApi:
    """/approvals of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_approvals(
        self,
        *,
        state: str | None = None,
        unit: str | None = None,
        source: str | None = None,
        approver: str | None = None,
        project_no: str | None = None,
        item: str | None = None,
        day: dt.date | None = None,
        overdue: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> RecordsView:
        """列出审批结果：待认领、已认领、超期等: GET /api/v1/approvals."""
        return self.calls.ask(
            RecordsView,
            "GET",
            "/api/v1/approvals",
            query={
                "state": state,
                "unit": unit,
                "source": source,
                "approver": approver,
                "project_no": project_no,
                "item": item,
                "day": day,
                "overdue": overdue,
                "after": after,
                "limit": limit,
            },
        )

    def get_approvals_reconciliation(
        self, *, day: dt.date | None = None, source: str | None = None
    ) -> list[DayView]:
        """审批结果登记和认领的日对账: GET /api/v1/approvals/reconciliation."""
        return self.calls.ask(
            list[DayView], "GET", "/api/v1/approvals/reconciliation", query={"day": day, "source": source}
        )

    def get_approvals_by_record_id(self, *, record_id: str) -> RecordDetail:
        """查看审批结果及其流转: GET /api/v1/approvals/{record_id}."""
        return self.calls.ask(RecordDetail, "GET", f"/api/v1/approvals/{in_path(record_id)}")

    def post_approvals_by_record_id_claim(
        self, *, record_id: str, idempotency_key: str | None = None
    ) -> RecordDetail:
        """认领审批结果: POST /api/v1/approvals/{record_id}/claim."""
        return self.calls.ask(
            RecordDetail,
            "POST",
            f"/api/v1/approvals/{in_path(record_id)}/claim",
            headers={"Idempotency-Key": idempotency_key},
        )

    def post_approvals_by_record_id_decline(
        self, body: ReasonBody | JsonObject, *, record_id: str, idempotency_key: str | None = None
    ) -> RecordDetail:
        """退回审批结果: POST /api/v1/approvals/{record_id}/decline."""
        return self.calls.ask(
            RecordDetail,
            "POST",
            f"/api/v1/approvals/{in_path(record_id)}/decline",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_approvals_by_record_id_supervision(
        self, body: SupervisionBody | JsonObject, *, record_id: str, idempotency_key: str | None = None
    ) -> RecordDetail:
        """登记首次监管: POST /api/v1/approvals/{record_id}/supervision."""
        return self.calls.ask(
            RecordDetail,
            "POST",
            f"/api/v1/approvals/{in_path(record_id)}/supervision",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_approvals_by_record_id_reassignment(
        self, body: ReassignmentBody | JsonObject, *, record_id: str, idempotency_key: str | None = None
    ) -> RecordDetail:
        """改派审批结果: POST /api/v1/approvals/{record_id}/reassignment."""
        return self.calls.ask(
            RecordDetail,
            "POST",
            f"/api/v1/approvals/{in_path(record_id)}/reassignment",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
