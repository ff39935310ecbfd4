"""Who asks: the principal that the gateway signs for 60 seconds and every inner service checks.

A signature is a JWT (HS256) over the shared secret `DUBAN_PRINCIPAL_SECRET`; its times are real time.
"""

from datetime import datetime, timedelta

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import Forbidden, Unauthorized

LIFETIME = timedelta(seconds=60)
# People of one unit: who does the work, its head, its liaison 联络员.
UNIT_ROLES = frozenset({"unit", "unit_lead", "liaison"})
ALGORITHM = "HS256"
AUDIENCE = "duban-inner"


class Principal(BaseModel):
    """A person or a key with its role, its unit and what it may do.

    Attributes:
        id: Account or key id; what revisions record as `by`.
        role: `supervisor` 督查室, `plan_office` 方案主管, `unit` 经办人, `unit_lead` 单位负责人, `liaison` 联络员,
            `leader` 领导, `auditor` 审计员, `organisation` 组织部, `sysadmin`, `secadmin`, `auditadmin` 系统、安全、
            审计管理员, `feed` 数据来源, `ops` 运维.
        unit: Unit id that a unit's principal acts for; empty for most others.
        scopes: What it may do, `noun:verb` (`tasks:read`, `tasks:write`, `plans:write`, `ratings:write`).
    """

    model_config = ConfigDict(frozen=True)

    id: str
    role: str
    unit: str = ""
    scopes: frozenset[str] = frozenset()

    def require(self, scope: str) -> None:
        """Pass when the principal holds `scope`.

        Raises:
            Forbidden: It does not.
        """
        if scope not in self.scopes:
            raise Forbidden(f"该密钥没有权限 {scope}，请向管理员申请", code="scope.missing", field=scope)

    def require_role(self, roles: frozenset[str]) -> None:
        """Pass when the principal has one of `roles`.

        Raises:
            Forbidden: It has another.
        """
        if self.role not in roles:
            allowed = sorted(roles)
            message = f"角色 {self.role} 不能这样做，可以的角色：{'、'.join(allowed)}"
            raise Forbidden(message, code="role.refused", field="role", roles=allowed)


def sign(principal: Principal, secret: str, *, now: datetime) -> str:
    """Sign `principal` for 60 seconds from `now` (real time)."""
    claims = principal.model_dump(mode="json") | {"aud": AUDIENCE, "iat": now, "exp": now + LIFETIME}
    return jwt.encode(claims, secret, ALGORITHM)


def verify(token: str, secret: str) -> Principal:
    """Check a signature and give its principal.

    Raises:
        Unauthorized: The token is missing, forged, for another audience or older than 60 seconds.
    """
    try:
        claims = jwt.decode(
            token, secret, [ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "aud"]}
        )
        return Principal.model_validate(claims)
    except (jwt.PyJWTError, ValidationError) as error:
        raise Unauthorized("内部身份无效或已过期，请重新发起请求", code="principal.invalid") from error
