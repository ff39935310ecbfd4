"""/forms of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, Model
from .common import FaultView, NotFollowedView


class MovesView(Model):
    """The moves that a form makes on a task."""

    moves: list[str]
    task_id: str


class FormDifferenceView(Model):
    """What a form changes; `unchanged` counts the rows that are blank, say what was last reported or follow another.

    `followed` are the tasks that moved with a row of their link; `not_followed` those that could not, and why.
    """

    changed: list[MovesView]
    faults: list[FaultView]
    followed: list[MovesView]
    not_followed: list[NotFollowedView]
    unchanged: int


class FormImportView(Model):
    """What a form did, or would do."""

    confirmed: bool
    diff: FormDifferenceView
    unit: str


class FormsApi:
    """/forms of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_forms_progress_xlsx(self, *, unit: str | None = None) -> bytes:
        """导出单位的进展填报表（Excel）: GET /api/v1/forms/progress.xlsx."""
        return self.calls.fetch("GET", "/api/v1/forms/progress.xlsx", query={"unit": unit})

    def post_forms_progress(
        self, body: bytes, *, confirm: bool | None = None, idempotency_key: str | None = None
    ) -> FormImportView:
        """导入填好的进展填报表（Excel）：签收、填报、报审；confirm=false 只试算: POST /api/v1/forms/progress."""
        return self.calls.ask(
            FormImportView,
            "POST",
            "/api/v1/forms/progress",
            query={"confirm": confirm},
            headers={
                "Idempotency-Key": idempotency_key,
                "content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            },
            body=body,
        )
