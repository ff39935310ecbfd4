"""/ledger of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from pydantic import Field

from .calls import Calls, Model
from .common import FaultView


class RowView(Model):
    """A row that adds or changes a task, and in which columns."""

    row: int
    sheet: str
    task_id: str
    title: str
    fields: list[str] = Field(default_factory=list)


class DifferenceView(Model):
    """What an import changes; `unchanged` counts the rows that say what the ledger has."""

    added: list[RowView]
    changed: list[RowView]
    faults: list[FaultView]
    unchanged: int


class LedgerImportView(Model):
    """What an import of a 台账 did, or would do; `ignored` names sheets and columns that were passed over."""

    confirmed: bool
    diff: DifferenceView
    ignored: list[str]
    rows: int


class LedgerApi:
    """/ledger of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def post_ledger_import(
        self, body: bytes, *, confirm: bool | None = None, idempotency_key: str | None = None
    ) -> LedgerImportView:
        """导入台账（Excel）；confirm=false 只试算: POST /api/v1/ledger/import."""
        return self.calls.ask(
            LedgerImportView,
            "POST",
            "/api/v1/ledger/import",
            query={"confirm": confirm},
            headers={
                "Idempotency-Key": idempotency_key,
                "content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            },
            body=body,
        )
