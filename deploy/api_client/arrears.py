"""/arrears of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from .calls import Calls, JsonObject, Model, in_path


class CourtBody(Model):
    """The proof that a debt went to court; none with a reason takes it back."""

    proof: str | None = None
    reason: str = ""


class DebtBody(Model):
    """A debt; see `DebtOrder`."""

    amount: float | str
    arisen_on: dt.date
    creditor: str
    source: str
    unit: str
    assign: bool = False
    body: str = ""
    client_ref: str | None = None
    deadline: dt.date | None = None
    dispute_reason: str = ""
    disputed: bool = False
    source_ref: str | None = None


class DisputeBody(Model):
    """Whether the debt is disputed 有分歧, and where."""

    disputed: bool
    on_behalf_of: str | None = None
    reason: str = ""


class Flag(StrEnum):
    """What is wrong with a debt."""

    EXPIRED = "expired"
    AFTER_ZERO_REPORT = "after_zero_report"
    NEW_WHILE_CLEARING = "new_while_clearing"
    NOT_REPLIED = "not_replied"
    NO_PLAN = "no_plan"
    CLOSED_UNPAID = "closed_unpaid"


class InstalmentBody(Model):
    """An instalment."""

    amount: float | str
    due_on: dt.date


class InstalmentView(Model):
    """An instalment of the plan."""

    amount: str
    due_on: dt.date


class LineView(Model):
    """A unit's line of the total ledger 总账, held against what it reported; `message` names what does not agree."""

    agrees: bool
    amount: str
    balance: str
    debts: int
    difference: str | None
    disputed: str
    left_out: int
    message: str
    paid: str
    reported: str | None
    reported_debts: int | None
    undisputed: str
    unit_id: str
    unit_name: str
    zero_report: bool


class LookBackBody(Model):
    """What a 回头看 found; `recurred` reopens the debt."""

    finding: str
    recurred: bool = False


class PaymentBody(Model):
    """A payment; see `Payment`."""

    amount: float | str
    paid_on: dt.date
    voucher: str
    on_behalf_of: str | None = None


class PaymentView(Model):
    """A payment."""

    amount: str
    paid_on: dt.date
    voucher: str


class SumsView(Model):
    """Sums over debts; `left_out` counts those in court."""

    amount: str
    balance: str
    debts: int
    disputed: str
    left_out: int
    paid: str
    undisputed: str


class TotalBody(Model):
    """A unit's total of a month; without debts and amount a 零报告."""

    month: str
    unit: str
    amount: float | str = "0"
    debts: int = 0
    on_behalf_of: str | None = None


class TotalView(Model):
    """A total as it was kept."""

    amount: str
    debts: int
    month: str
    unit_id: str
    zero_report: bool


class ReplyBody(Model):
    """What the complainant was told."""

    reply: str
    on_behalf_of: str | None = None


class FlagView(Model):
    """Something that is wrong with a debt."""

    flag: Flag | str
    word: str


class PlanBody(Model):
    """The plan for all that is owed."""

    instalments: list[InstalmentBody]
    on_behalf_of: str | None = None


class DebtView(Model):
    """A debt in the detail ledger 明细台账; amounts are those of the ledger's day."""

    amount: str
    arisen_on: dt.date
    balance: str
    creditor: str
    deadline: dt.date | None
    dispute_reason: str
    disputed: bool
    flags: list[FlagView]
    found_after: str | None
    id: str
    instalments: list[InstalmentView]
    judicial_on: dt.date | None
    judicial_proof: str
    light: str
    look_back: str
    looked_back_on: dt.date | None
    paid: str
    payments: list[PaymentView]
    replied_on: dt.date | None
    reply: str
    revision: int
    source: str
    source_ref: str | None
    source_word: str
    state: str
    state_word: str
    title: str
    unit_id: str | None
    unit_name: str
    verified_on: dt.date | None


class LedgerView(Model):
    """Both ledgers as of `on`; `agrees` when the units' totals are the sum of the details."""

    agrees: bool
    debts: list[DebtView]
    difference: str
    month: str
    on: dt.date
    reported: str
    total: SumsView
    units: list[LineView]


class ArrearsApi:
    """/arrears of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_arrears_ledger(self, *, month: str | None = None) -> LedgerView:
        """查看欠款总账、明细台账及核对结果: GET /api/v1/arrears/ledger."""
        return self.calls.ask(LedgerView, "GET", "/api/v1/arrears/ledger", query={"month": month})

    def post_arrears_reports(
        self, body: TotalBody | JsonObject, *, idempotency_key: str | None = None
    ) -> TotalView:
        """报送月度欠款总账（含零报告）: POST /api/v1/arrears/reports."""
        return self.calls.ask(
            TotalView,
            "POST",
            "/api/v1/arrears/reports",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_arrears(self, body: DebtBody | JsonObject, *, idempotency_key: str | None = None) -> DebtView:
        """登记欠款: POST /api/v1/arrears."""
        return self.calls.ask(
            DebtView, "POST", "/api/v1/arrears", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_arrears_by_task_id(self, *, task_id: str) -> DebtView:
        """查看欠款: GET /api/v1/arrears/{task_id}."""
        return self.calls.ask(DebtView, "GET", f"/api/v1/arrears/{in_path(task_id)}")

    def put_arrears_by_task_id_plan(self, body: PlanBody | JsonObject, *, task_id: str) -> DebtView:
        """填报还款计划: PUT /api/v1/arrears/{task_id}/plan."""
        return self.calls.ask(DebtView, "PUT", f"/api/v1/arrears/{in_path(task_id)}/plan", body=body)

    def post_arrears_by_task_id_payments(
        self, body: PaymentBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> DebtView:
        """登记清偿: POST /api/v1/arrears/{task_id}/payments."""
        return self.calls.ask(
            DebtView,
            "POST",
            f"/api/v1/arrears/{in_path(task_id)}/payments",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def put_arrears_by_task_id_dispute(self, body: DisputeBody | JsonObject, *, task_id: str) -> DebtView:
        """认定有无分歧: PUT /api/v1/arrears/{task_id}/dispute."""
        return self.calls.ask(DebtView, "PUT", f"/api/v1/arrears/{in_path(task_id)}/dispute", body=body)

    def post_arrears_by_task_id_verification(
        self, *, task_id: str, idempotency_key: str | None = None
    ) -> DebtView:
        """核实欠款投诉: POST /api/v1/arrears/{task_id}/verification."""
        return self.calls.ask(
            DebtView,
            "POST",
            f"/api/v1/arrears/{in_path(task_id)}/verification",
            headers={"Idempotency-Key": idempotency_key},
        )

    def put_arrears_by_task_id_court(self, body: CourtBody | JsonObject, *, task_id: str) -> DebtView:
        """认定进入或退出司法程序: PUT /api/v1/arrears/{task_id}/court."""
        return self.calls.ask(DebtView, "PUT", f"/api/v1/arrears/{in_path(task_id)}/court", body=body)

    def post_arrears_by_task_id_reply(
        self, body: ReplyBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> DebtView:
        """回复投诉人: POST /api/v1/arrears/{task_id}/reply."""
        return self.calls.ask(
            DebtView,
            "POST",
            f"/api/v1/arrears/{in_path(task_id)}/reply",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_arrears_by_task_id_look_back(
        self, body: LookBackBody | JsonObject, *, task_id: str, idempotency_key: str | None = None
    ) -> DebtView:
        """记录欠款“回头看”: POST /api/v1/arrears/{task_id}/look-back."""
        return self.calls.ask(
            DebtView,
            "POST",
            f"/api/v1/arrears/{in_path(task_id)}/look-back",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
