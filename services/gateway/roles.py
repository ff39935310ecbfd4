"""Who may do what: scopes, the default scopes of each role, and what a key's secret looks like.

Invariant: a secret has 256 random bits and only its SHA-256 is kept; a slow hash would add nothing to that.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.errors import Invalid
from shared.principal import Principal

READING = frozenset({"plans:read", "tasks:read", "indicators:read", "events:read"})

# Role → scopes that its keys get unless others are asked for.
DEFAULT_SCOPES: dict[str, frozenset[str]] = {
    "supervisor": READING | {"plans:write", "tasks:write"},  # 督查室 / 营商办
    "unit": frozenset({"plans:read", "tasks:read", "tasks:write", "indicators:read"}),  # 承办单位
    "leader": READING,  # 领导
    "feed": frozenset({"ratings:write"}),  # 数据来源
    "ops": frozenset({"events:read", "ops:read", "ops:write"}),  # 运维
}
SCOPES: frozenset[str] = frozenset().union(*DEFAULT_SCOPES.values())

SECRET_PREFIX = "duban_"  # noqa: S105 - what every secret begins with, so that leaks can be searched for.
SHOWN = 12  # Characters of a secret that lists show.


@dataclass(frozen=True, slots=True)
class Key:
    """A key as requests are judged by it.

    Attributes:
        principal: Who it stands for.
        source_id: Rating source of the ratings that it sends, or empty.
        expires_at: Real time after which it is refused; None for never.
    """

    principal: Principal
    source_id: str
    expires_at: datetime | None


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


def unit_for(role: str, unit: str) -> str:
    """Give the unit of a new key.

    Raises:
        Invalid: A key of the role `unit` names none.
    """
    if role == "unit" and not unit:
        raise Invalid("角色 unit 的密钥必须指明单位（--unit）", code="unit.missing", field="unit")
    return unit


def secret_from(random: bytes) -> str:
    """Write 32 random bytes as a secret."""
    return SECRET_PREFIX + random.hex()


def hash_secret(secret: str) -> str:
    """Give the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
