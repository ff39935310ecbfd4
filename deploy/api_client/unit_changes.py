"""/unit-changes of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, in_path
from .common import ChangeOut, ChangeState


class UnitChangesApi:
    """/unit-changes of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_unit_changes(
        self, *, state: ChangeState | str | None = None, after: str | None = None, limit: int | None = None
    ) -> list[ChangeOut]:
        """列出单位变更: GET /api/v1/unit-changes."""
        return self.calls.ask(
            list[ChangeOut],
            "GET",
            "/api/v1/unit-changes",
            query={"state": state, "after": after, "limit": limit},
        )

    def post_unit_changes_by_change_id_withdrawal(
        self, *, change_id: str, idempotency_key: str | None = None
    ) -> ChangeOut:
        """撤回未生效的单位变更: POST /api/v1/unit-changes/{change_id}/withdrawal."""
        return self.calls.ask(
            ChangeOut,
            "POST",
            f"/api/v1/unit-changes/{in_path(change_id)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
        )
