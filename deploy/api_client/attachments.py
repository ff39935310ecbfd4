"""/attachments of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, Model, in_path
from .common import AttachmentView


class WithdrawalBody(Model):
    """Why an attachment is withdrawn."""

    reason: str


class AttachmentsApi:
    """/attachments of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_attachments_by_attachment_id(self, *, attachment_id: str) -> bytes:
        """下载附件: GET /api/v1/attachments/{attachment_id}."""
        return self.calls.fetch("GET", f"/api/v1/attachments/{in_path(attachment_id)}")

    def post_attachments_by_attachment_id_withdrawal(
        self, body: WithdrawalBody | JsonObject, *, attachment_id: str, idempotency_key: str | None = None
    ) -> AttachmentView:
        """撤回未使用的附件: POST /api/v1/attachments/{attachment_id}/withdrawal."""
        return self.calls.ask(
            AttachmentView,
            "POST",
            f"/api/v1/attachments/{in_path(attachment_id)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
