"""/ledger.xlsx of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls


class LedgerXlsxApi:
    """/ledger.xlsx of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_ledger_xlsx(
        self,
        *,
        plan: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        unit: str | None = None,
        role: str | None = None,
        light: str | None = None,
        due_from: str | None = None,
        due_to: str | None = None,
        q: str | None = None,
        as_of: str | None = None,
    ) -> bytes:
        """导出督办台账（Excel）；as_of 为过去的某日或某时: GET /api/v1/ledger.xlsx."""
        return self.calls.fetch(
            "GET",
            "/api/v1/ledger.xlsx",
            query={
                "plan": plan,
                "kind": kind,
                "state": state,
                "unit": unit,
                "role": role,
                "light": light,
                "due_from": due_from,
                "due_to": due_to,
                "q": q,
                "as_of": as_of,
            },
        )
