"""What the routes of accounts take and show."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.gateway.accounts.domain import LONGEST
from services.gateway.accounts.domain_sessions import OpenSession
from services.gateway.accounts.models import Account, LoginSession
from services.gateway.roles import DEFAULT_SCOPES

PLAIN = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL takes no NUL.


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginIn(_Given):
    """Who comes in."""

    login: str = Field(min_length=1, max_length=64, pattern=PLAIN)
    password: SecretStr = Field(min_length=1, max_length=LONGEST)
    cookie: bool = Field(
        default=False, description="浏览器用 true：令牌放入 HttpOnly Cookie，不在应答中；程序用 false"
    )


class CodeIn(_Given):
    """A code of the second factor, or a recovery code."""

    code: str = Field(max_length=40, pattern=PLAIN, description="6 位动态口令，或恢复码")


class FactorIn(_Given):
    """What a new second factor needs."""

    code: str = Field(
        default="", max_length=40, pattern=PLAIN, description="已绑定时，填现有的动态口令或恢复码"
    )


class PasswordIn(_Given):
    """A new password."""

    old: SecretStr = Field(default=SecretStr(""), max_length=LONGEST, description="登录完成后修改时必填")
    new: SecretStr = Field(max_length=1000)


class SessionOut(BaseModel):
    """Who is logged in, and what is still to be done."""

    session: str
    account: str
    login: str
    name: str
    role: str
    unit: str
    scopes: list[str]
    stage: str = Field(
        description="factor 待验证动态口令、password 待改密、enrol 待绑定动态口令、full 已登录"
    )
    expires_at: datetime = Field(description="最迟到期（真实时间）；闲置过久会提前失效")
    token: str = Field(default="", description="会话令牌，只显示这一次；用 Cookie 时为空")


class FactorBegun(BaseModel):
    """A new second factor that waits for its first code."""

    secret: str = Field(description="Base32，供手工录入")
    address: str = Field(description="otpauth 地址，可显示为二维码")


class FactorSet(SessionOut):
    """A second factor that is set up."""

    recovery_codes: list[str] = Field(description="恢复码，各用一次，只显示这一次")


class OwnSession(BaseModel):
    """One of one's own sessions."""

    id: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    is_this: bool


class AccountIn(_Given):
    """A person as the system administrator enters one."""

    login: str = Field(min_length=1, max_length=64, pattern=PLAIN, description="登录名：小写字母开头")
    person: str = Field(min_length=1, max_length=64, pattern=PLAIN, description="工号：一人一个账号")
    name: str = Field(min_length=1, max_length=100, pattern=PLAIN)


class RoleIn(_Given):
    """A role as the security administrator gives it."""

    role: str = Field(max_length=20, pattern=PLAIN, description="角色；留空为收回")
    unit: str = Field(default="", max_length=64, pattern=PLAIN, description="单位 id，单位角色必填")


class StateIn(_Given):
    """What an account shall be."""

    state: Literal["active", "locked", "disabled"] = Field(description="active、locked 锁定、disabled 停用")


class AccountOut(BaseModel):
    """An account as administrators see it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    login: str
    person: str
    name: str
    role: str
    unit: str
    state: str
    has_factor: bool
    first_until: datetime | None = Field(description="初始密码有效到何时；已自行设定密码的为空")
    password_set_at: datetime
    created_at: datetime
    last_login_at: datetime | None


class AccountMade(AccountOut):
    """An account with its first password."""

    password: str = Field(description="初始密码：只显示这一次，只能登录一次，登录后必须修改")


def shown_session(account: Account, session: OpenSession, token: str = "") -> SessionOut:
    """Show who is logged in."""
    is_full = session.stage == "full"
    return SessionOut(
        session=session.id,
        account=account.id,
        login=account.login,
        name=account.name,
        role=account.role if is_full else "",
        unit=account.unit if is_full else "",
        scopes=sorted(DEFAULT_SCOPES.get(account.role, frozenset())) if is_full else [],
        stage=session.stage,
        expires_at=session.expires_at,
        token=token,
    )


def shown_own(row: LoginSession, this: str) -> OwnSession:
    """Show one of one's own sessions; `this` is the id of the one that asks."""
    return OwnSession(
        id=row.id,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        address=row.address,
        agent=row.agent,
        is_this=row.id == this,
    )


def shown_account(row: Account) -> AccountOut:
    """Show an account."""
    has_factor = row.factor is not None
    return AccountOut.model_validate(
        {name: getattr(row, name) for name in AccountOut.model_fields if name != "has_factor"}
        | {"has_factor": has_factor}
    )
