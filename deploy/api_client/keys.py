"""/keys of the API (密钥).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class KeyDeed(Model):
    """One line of the log: who made, rotated or revoked which key, and when (real time)."""

    id: int
    at: dt.datetime
    by: str
    what: str
    key_id: str
    role: str
    unit: str
    scopes: str
    label: str


class KeyIn(Model):
    """A key as the security administrator wants it."""

    # 密钥的名称：谁用、做什么用
    name: str
    role: str
    # 单位 id，单位角色必填
    unit: str = ""
    # 不填为角色的全部权限；只能少于，不能多于
    scopes: list[str] = Field(default_factory=list)
    # 只能报送该数据来源的数据
    source: str = ""
    # 到期时间（真实时间）；不填为长期
    expires: dt.datetime | None = None
    # 每分钟最多请求数，0 为不限；不填按角色
    per_minute: int | None = None


class KeyMade(Model):
    """A new key with its secret, which is told this once only."""

    id: str
    name: str
    prefix: str
    role: str
    unit: str
    scopes: list[str]
    source: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    # 最近一次使用，晚记数秒
    last_used_at: dt.datetime | None
    # 更换前的秘密有效到何时
    old_until: dt.datetime | None
    per_minute: int | None
    secret: str


class KeyOut(Model):
    """A key as lists show it: never its secret."""

    id: str
    name: str
    prefix: str
    role: str
    unit: str
    scopes: list[str]
    source: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    # 最近一次使用，晚记数秒
    last_used_at: dt.datetime | None
    # 更换前的秘密有效到何时
    old_until: dt.datetime | None
    per_minute: int | None


class Rotation(Model):
    """How a secret is to be replaced."""

    # 旧秘密还有效多少小时；泄露时填 0
    overlap_hours: int = 24


class KeysApi:
    """/keys of the API (密钥)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_keys(self) -> list[KeyOut]:
        """列出密钥: GET /api/v1/keys."""
        return self.calls.ask(list[KeyOut], "GET", "/api/v1/keys")

    def post_keys(self, body: KeyIn | JsonObject, *, idempotency_key: str | None = None) -> KeyMade:
        """新建密钥；秘密只显示这一次: POST /api/v1/keys."""
        return self.calls.ask(
            KeyMade, "POST", "/api/v1/keys", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def get_keys_audit(self, *, limit: int | None = None, before: int | None = None) -> list[KeyDeed]:
        """密钥的新建、更换和撤销记录，最新在前: GET /api/v1/keys/audit."""
        return self.calls.ask(
            list[KeyDeed], "GET", "/api/v1/keys/audit", query={"limit": limit, "before": before}
        )

    def post_keys_by_key_id_rotation(
        self, body: Rotation | JsonObject | None = None, *, key_id: str, idempotency_key: str | None = None
    ) -> KeyMade:
        """更换密钥的秘密；新旧在重叠期内都有效，新的只显示这一次: POST /api/v1/keys/{key_id}/rotation."""
        return self.calls.ask(
            KeyMade,
            "POST",
            f"/api/v1/keys/{in_path(key_id)}/rotation",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def delete_keys_by_key_id(self, *, key_id: str) -> KeyOut:
        """撤销密钥，五秒内生效: DELETE /api/v1/keys/{key_id}."""
        return self.calls.ask(KeyOut, "DELETE", f"/api/v1/keys/{in_path(key_id)}")
