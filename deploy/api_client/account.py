"""/account of the API (登录).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path
from .common import CodeIn, SessionOut


class FactorBegun(Model):
    """A new second factor that waits for its first code."""

    # Base32，供手工录入
    secret: str
    # otpauth 地址，可显示为二维码
    address: str


class FactorIn(Model):
    """What a new second factor needs."""

    # 已绑定时，填现有的动态口令或恢复码
    code: str = ""


class FactorSet(Model):
    """A second factor that is set up."""

    session: str
    account: str
    login: str
    name: str
    role: str
    unit: str
    scopes: list[str]
    # factor 待验证动态口令、password 待改密、enrol 待绑定动态口令、full 已登录
    stage: str
    # 最迟到期（真实时间）；闲置过久会提前失效
    expires_at: dt.datetime
    # 恢复码，各用一次，只显示这一次
    recovery_codes: list[str]
    # 会话令牌，只显示这一次；用 Cookie 时为空
    token: str = ""


class OwnSession(Model):
    """One of one's own sessions."""

    id: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    address: str
    agent: str
    is_this: bool


class PasswordIn(Model):
    """A new password."""

    new: str
    # 登录完成后修改时必填
    old: str = ""


class AccountApi:
    """/account of the API (登录)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def post_account_second_factor(self, body: FactorIn | JsonObject | None = None) -> FactorBegun:
        """申请绑定新的动态口令（TOTP），待确认后生效: POST /api/v1/account/second-factor."""
        return self.calls.ask(FactorBegun, "POST", "/api/v1/account/second-factor", body=body)

    def post_account_second_factor_confirmation(self, body: CodeIn | JsonObject) -> FactorSet:
        """以第一个口令确认绑定；恢复码只显示这一次: POST /api/v1/account/second-factor/confirmation."""
        return self.calls.ask(FactorSet, "POST", "/api/v1/account/second-factor/confirmation", body=body)

    def post_account_password(self, body: PasswordIn | JsonObject) -> SessionOut:
        """修改密码；其他会话全部退出，本会话换新令牌: POST /api/v1/account/password."""
        return self.calls.ask(SessionOut, "POST", "/api/v1/account/password", body=body)

    def get_account_sessions(self) -> list[OwnSession]:
        """列出我的会话: GET /api/v1/account/sessions."""
        return self.calls.ask(list[OwnSession], "GET", "/api/v1/account/sessions")

    def delete_account_sessions_by_session_id(self, *, session_id: str) -> None:
        """退出我的一个会话: DELETE /api/v1/account/sessions/{session_id}."""
        self.calls.fetch("DELETE", f"/api/v1/account/sessions/{in_path(session_id)}")
