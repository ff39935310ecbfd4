"""Who may do what: scopes, the default scopes of each role, and what a key's secret looks like.

Invariant: a secret has 256 random bits and only its SHA-256 is kept; a slow hash would add nothing to that.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.gateway.accounts.domain_sessions import OpenSession
from shared.errors import Invalid
from shared.principal import UNIT_ROLES, Principal

READING = frozenset({"plans:read", "tasks:read", "indicators:read", "events:read"})
ANSWERING = frozenset({"plans:read", "tasks:read", "tasks:write", "indicators:read", "assessment:write"})

# Role → scopes that its keys get unless others are asked for.
DEFAULT_SCOPES: dict[str, frozenset[str]] = {
    "supervisor": READING
    | {
        "plans:write",
        "tasks:write",
        "vault:read",
        "publications:write",
        "assessment:write",
    },  # 督查室 / 营商办
    "plan_office": READING | {"plans:write", "assessment:write"},  # 方案主管
    "unit": ANSWERING,  # 单位经办人
    "unit_lead": ANSWERING,  # 单位负责人
    "liaison": ANSWERING,  # 联络员
    "leader": READING | {"tasks:write", "assessment:write"},  # 领导: decides what rules propose
    "auditor": READING,  # 审计员
    "organisation": frozenset({"indicators:read", "assessment:write"}),  # 组织部: 干部实绩档案
    "sysadmin": frozenset({"plans:read", "plans:write", "tasks:read", "ops:read", "ops:write"})
    | {"accounts:read", "accounts:write"},  # 系统管理员
    "secadmin": frozenset({"keys:read", "keys:write", "vault:write"})
    | {"accounts:read", "roles:write"},  # 安全管理员
    "auditadmin": frozenset({"events:read", "keys:read", "ops:read", "vault-log:read"})
    | {"accounts:read", "audit:read"},  # 审计管理员
    "feed": frozenset({"ratings:write"}),  # 数据来源
    "ops": frozenset({"events:read", "ops:read", "ops:write"}),  # 运维
}
SCOPES: frozenset[str] = frozenset().union(*DEFAULT_SCOPES.values())

# Kept apart: nobody is two of these, and none of them alone makes an account with a role.
ADMINISTRATORS = frozenset({"sysadmin", "secadmin", "auditadmin"})
ACCOUNT_MAKERS = frozenset({"sysadmin"})
ROLE_GIVERS = frozenset({"secadmin"})
# Who looks after keys over HTTP: the role counts beside the scope, so that the three administrators stay apart.
KEY_WRITERS = frozenset({"secadmin"})
KEY_READERS = frozenset({"secadmin", "auditadmin"})
AUDIT_READERS = frozenset({"auditadmin"})
# Who may destroy what is known of a person: not those whom a complaint may be about.
VAULT_ERASERS = frozenset({"secadmin"})
# Who lets a rating go to everybody: never the unit that it is about.
PUBLISHERS = frozenset({"supervisor"})

SECRET_PREFIX = "duban_"  # noqa: S105 - what every secret begins with, so that leaks can be searched for.
SHOWN = 12  # Characters of a secret that lists show.


@dataclass(frozen=True, slots=True)
class Key:
    """A key, or a person's session, as requests are judged by it.

    Attributes:
        principal: Who it stands for.
        source_id: Feed source of what it sends, or empty.
        expires_at: Real time after which it is refused; None for never.
        per_minute: Requests that it may make a minute, instead of what its role may; 0 for any number.
        session: The session, where it is one; None for a key.
    """

    principal: Principal
    source_id: str
    expires_at: datetime | None
    per_minute: int | None = None
    session: OpenSession | None = None


def scopes_for(role: str, asked: Iterable[str] = ()) -> frozenset[str]:
    """Give the scopes of a new key: those asked for, or the role's own.

    Raises:
        Invalid: The role or a scope is not known.
    """
    if role not in DEFAULT_SCOPES:
        known = "、".join(DEFAULT_SCOPES)
        raise Invalid(f"没有角色 {role}，可用：{known}", code="role.unknown", field="role")
    chosen = frozenset(asked)
    if unknown := sorted(chosen - SCOPES):
        known = "、".join(sorted(SCOPES))
        raise Invalid(f"没有权限 {unknown[0]}，可用：{known}", code="scope.unknown", field="scopes")
    return chosen or DEFAULT_SCOPES[role]


def check_own_scopes(role: str, asked: Iterable[str]) -> None:
    """Pass when a role's own scopes hold all that are asked for: over HTTP no key gets more than its role has.

    Raises:
        Invalid: The role or a scope is not known, or a scope is not the role's.
    """
    if beyond := sorted(scopes_for(role, asked) - DEFAULT_SCOPES[role]):
        own = "、".join(sorted(DEFAULT_SCOPES[role]))
        message = f"角色 {role} 的密钥不能有权限 {beyond[0]}，最多可有：{own}"
        raise Invalid(message, code="scope.not_for_role", field="scopes", scopes=beyond)


def check_no_administrator(role: str) -> None:
    """Pass for a role whose keys may be made over HTTP: whoever makes keys could else be all administrators alone.

    Raises:
        Invalid: It is an administrator's.
    """
    if role in ADMINISTRATORS:
        message = f"管理员角色 {role} 的密钥只能在服务器上新建（duban key create），以免一人兼任多种管理员"
        raise Invalid(message, code="role.kept_apart", field="role")


def check_expiry(expires: datetime, real_now: datetime) -> datetime:
    """Give the instant at which a new key expires (real time).

    Raises:
        Invalid: It has passed.
    """
    if expires <= real_now:
        message = f"到期时间 {expires.isoformat()} 已过，请填将来的时间"
        raise Invalid(message, code="key.expires_passed", field="expires")
    return expires


def unit_for(role: str, unit: str) -> str:
    """Give the unit of a new key.

    Raises:
        Invalid: A key of a unit's role names none.
    """
    if role in UNIT_ROLES and not unit:
        raise Invalid(f"角色 {role} 的密钥必须指明单位（--unit）", code="unit.missing", field="unit")
    return unit


def secret_from(random: bytes) -> str:
    """Write 32 random bytes as a secret."""
    return SECRET_PREFIX + random.hex()


def hash_secret(secret: str) -> str:
    """Give the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
