"""/session of the API (登录).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, Model
from .common import CodeIn, SessionOut


class LoginIn(Model):
    """Who comes in."""

    login: str
    password: str
    # 浏览器用 true：令牌放入 HttpOnly Cookie，不在应答中；程序用 false
    cookie: bool = False


class SessionApi:
    """/session of the API (登录)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_session(self) -> SessionOut:
        """我是谁：当前会话的账号、角色、单位和权限: GET /api/v1/session."""
        return self.calls.ask(SessionOut, "GET", "/api/v1/session")

    def post_session(self, body: LoginIn | JsonObject) -> SessionOut:
        """登录: POST /api/v1/session."""
        return self.calls.ask(SessionOut, "POST", "/api/v1/session", body=body)

    def delete_session(self) -> None:
        """退出登录: DELETE /api/v1/session."""
        self.calls.fetch("DELETE", "/api/v1/session")

    def post_session_second_factor(self, body: CodeIn | JsonObject) -> SessionOut:
        """验证动态口令或恢复码；会话换新令牌: POST /api/v1/session/second-factor."""
        return self.calls.ask(SessionOut, "POST", "/api/v1/session/second-factor", body=body)
