"""Who may come in: finds the key of a request and checks its scope, before anything else is done for it."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request

from services.gateway.keys import find_key
from services.gateway.recent import Recent
from services.gateway.roles import Key, hash_secret
from shared.database import Database
from shared.errors import Unauthorized

API = "/api/v1"
# Both ways to show a key, for the OpenAPI document.
SCHEMES: dict[str, Any] = {
    "Bearer": {"type": "http", "scheme": "bearer"},
    "X-API-Key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
Check = Callable[[Request], Awaitable[Key]]


class Door:
    """Knows the keys; a revoked one is refused within five seconds."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._recent: Recent[str, Key] = Recent(self._find)

    def needs(self, scope: str) -> Check:
        """Build the dependency that gives the key of a request that holds `scope`."""

        async def check(request: Request) -> Key:
            return await self.admit(request, scope)

        return check

    async def admit(self, request: Request, scope: str) -> Key:
        """Give the key of a request, if it holds `scope`; the busiest route calls this itself, without FastAPI's help.

        Raises:
            Unauthorized: As `identify`.
            Forbidden: The key does not hold `scope`.
        """
        key = await self.recognise(request)
        key.principal.require(scope)
        return key

    async def recognise(self, request: Request) -> Key:
        """Give the key of a request, whatever it may do.

        Raises:
            Unauthorized: As `identify`.
        """
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        secret = shown.strip() if kind.lower() == "bearer" else request.headers.get("x-api-key", "")
        return await self.identify(secret)

    async def identify(self, secret: str) -> Key:
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
