"""/accounts of the API (账号).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, JsonObject, Model, in_path


class AccountIn(Model):
    """A person as the system administrator enters one."""

    # 登录名：小写字母开头
    login: str
    # 工号：一人一个账号
    person: str
    name: str


class AccountMade(Model):
    """An account with its first password."""

    id: str
    login: str
    person: str
    name: str
    role: str
    unit: str
    state: str
    has_factor: bool
    # 初始密码有效到何时；已自行设定密码的为空
    first_until: dt.datetime | None
    password_set_at: dt.datetime
    created_at: dt.datetime
    last_login_at: dt.datetime | None
    # 初始密码：只显示这一次，只能登录一次，登录后必须修改
    password: str


class AccountOut(Model):
    """An account as administrators see it."""

    id: str
    login: str
    person: str
    name: str
    role: str
    unit: str
    state: str
    has_factor: bool
    # 初始密码有效到何时；已自行设定密码的为空
    first_until: dt.datetime | None
    password_set_at: dt.datetime
    created_at: dt.datetime
    last_login_at: dt.datetime | None


class RoleIn(Model):
    """A role as the security administrator gives it."""

    # 角色；留空为收回
    role: str
    # 单位 id，单位角色必填
    unit: str = ""


class StateIn(Model):
    """What an account shall be."""

    # active、locked 锁定、disabled 停用
    state: str


class AccountsApi:
    """/accounts of the API (账号)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_accounts(self, *, after: str | None = None, limit: int | None = None) -> list[AccountOut]:
        """列出账号，按登录名: GET /api/v1/accounts."""
        return self.calls.ask(
            list[AccountOut], "GET", "/api/v1/accounts", query={"after": after, "limit": limit}
        )

    def post_accounts(
        self, body: AccountIn | JsonObject, *, idempotency_key: str | None = None
    ) -> AccountMade:
        """新建账号；初始密码只显示这一次，角色由安全管理员授予: POST /api/v1/accounts."""
        return self.calls.ask(
            AccountMade, "POST", "/api/v1/accounts", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def post_accounts_by_account_id_password(
        self, *, account_id: str, idempotency_key: str | None = None
    ) -> AccountMade:
        """重置密码：给出新的初始密码；管理员的角色须重新授予: POST /api/v1/accounts/{account_id}/password."""
        return self.calls.ask(
            AccountMade,
            "POST",
            f"/api/v1/accounts/{in_path(account_id)}/password",
            headers={"Idempotency-Key": idempotency_key},
        )

    def put_accounts_by_account_id_state(self, body: StateIn | JsonObject, *, account_id: str) -> AccountOut:
        """锁定、停用或恢复账号；五秒内生效: PUT /api/v1/accounts/{account_id}/state."""
        return self.calls.ask(AccountOut, "PUT", f"/api/v1/accounts/{in_path(account_id)}/state", body=body)

    def put_accounts_by_account_id_role(self, body: RoleIn | JsonObject, *, account_id: str) -> AccountOut:
        """授予或收回角色；其会话全部退出: PUT /api/v1/accounts/{account_id}/role."""
        return self.calls.ask(AccountOut, "PUT", f"/api/v1/accounts/{in_path(account_id)}/role", body=body)

    def delete_accounts_by_account_id_second_factor(self, *, account_id: str) -> AccountOut:
        """解除丢失的动态口令；下次登录重新绑定: DELETE /api/v1/accounts/{account_id}/second-factor."""
        return self.calls.ask(AccountOut, "DELETE", f"/api/v1/accounts/{in_path(account_id)}/second-factor")
