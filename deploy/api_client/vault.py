"""/vault of the API (保险库).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from .calls import Calls, JsonObject, Model, in_path


class Deed(Model):
    """One line of the log: who saw what of which subject, or destroyed it, when (real time) and why."""

    id: int
    at: dt.datetime
    by: str
    what: str
    subject_id: str
    kinds: str
    reason: str


class Destroyed(Model):
    """That a person's key is gone."""

    subject_id: str
    kinds: list[str]
    # 涉及的评价、办件、工单数
    subjects: int


class Kind(StrEnum):
    """What a piece is."""

    NAME = "name"
    PHONE = "phone"
    CERTIFICATE = "certificate"
    TEXT = "text"
    ADDRESS = "address"


class Wish(Model):
    """What somebody wants to see unmasked, and why."""

    # 为什么要查看，记入审计日志；不要写入姓名和号码
    reason: str
    # name 姓名、phone 电话、certificate 证件号、text 文字内容、address 地址
    kinds: list[str]


class Shown(Model):
    """Pieces of one subject."""

    subject_id: str
    masked: bool
    pieces: dict[str, str]


class VaultApi:
    """/vault of the API (保险库)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_vault_audit(self, *, limit: int | None = None, before: int | None = None) -> list[Deed]:
        """保险库的查看和销毁记录，最新在前: GET /api/v1/vault/audit."""
        return self.calls.ask(
            list[Deed], "GET", "/api/v1/vault/audit", query={"limit": limit, "before": before}
        )

    def get_vault_by_subject_id(self, *, subject_id: str) -> Shown:
        """查看评价、办件或工单的联系人和内容，已遮蔽；每次记入审计: GET /api/v1/vault/{subject_id}."""
        return self.calls.ask(Shown, "GET", f"/api/v1/vault/{in_path(subject_id)}")

    def post_vault_by_subject_id_unmasked(self, body: Wish | JsonObject, *, subject_id: str) -> Shown:
        """查看完整内容；须说明原因，每次记入审计日志: POST /api/v1/vault/{subject_id}/unmasked."""
        return self.calls.ask(Shown, "POST", f"/api/v1/vault/{in_path(subject_id)}/unmasked", body=body)

    def delete_vault_people_by_subject_id(self, *, subject_id: str, reason: str | None = None) -> Destroyed:
        """销毁当事人的密钥：其在本系统的姓名、号码和文字不再可读，不可恢复: DELETE /api/v1/vault/people/{subject_id}."""
        return self.calls.ask(
            Destroyed, "DELETE", f"/api/v1/vault/people/{in_path(subject_id)}", query={"reason": reason}
        )
