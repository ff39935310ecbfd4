"""Who may come in: finds the key of a request and checks its scope, before anything else is done for it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from services.gateway.keys import find_key
from services.gateway.recent import Recent
from services.gateway.roles import Key, hash_secret
from shared.database import Database
from shared.errors import Unauthorized

BEARER = HTTPBearer(auto_error=False, scheme_name="Bearer", description="Authorization: Bearer 密钥")
HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="X-API-Key")

Check = Callable[..., Awaitable[Key]]


class Door:
    """Knows the keys; a revoked one is refused within five seconds."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._recent: Recent[str, Key] = Recent(self._find)

    def needs(self, scope: str) -> Check:
        """Build the dependency that gives the key of a request that holds `scope`."""

        async def check(
            bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
            header: Annotated[str | None, Security(HEADER)],
        ) -> Key:
            key = await self.identify(bearer.credentials if bearer else header)
            key.principal.require(scope)
            return key

        return check

    async def identify(self, secret: str | None) -> Key:
        """Give the key whose secret this is.

        Raises:
            Unauthorized: There is no secret, or none that is known, unrevoked and unexpired.
        """
        if not secret:
            message = "请在 Authorization: Bearer 或 X-API-Key 中提供密钥"
            raise Unauthorized(message, code="key.missing")
        key = await self._recent.get(hash_secret(secret))
        if key is None:
            raise Unauthorized("密钥无效或已撤销，请向管理员申请新密钥", code="key.invalid")
        if key.expires_at is not None and key.expires_at <= self._db.clock.real_now():
            raise Unauthorized("密钥已过期，请向管理员申请新密钥", code="key.expired")
        return key

    async def _find(self, secret_hash: str) -> Key | None:
        async with self._db.reading() as session:
            return await find_key(session, secret_hash)
