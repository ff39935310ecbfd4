"""Who may come in: finds the key or the session of a request and checks its scope, before anything else is done.

Invariant: a session in a cookie counts for a request that changes something only where our own pages made it.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from services.gateway.accounts.domain_sessions import (
    OWN_HEADER,
    STAGE_WORDS,
    Source,
    Stage,
    Told,
    source_of,
)
from services.gateway.accounts.limits import Limits, too_many
from services.gateway.accounts.sessions import TOKEN_PREFIX, Sessions
from services.gateway.accounts.uses import Uses
from services.gateway.keys import find_key
from services.gateway.recent import Recent
from services.gateway.roles import Key, hash_secret
from shared.database import Database
from shared.errors import Forbidden, Unauthorized

API = "/api/v1"
# The browser sends the first back over TLS only, and to this host and path only.
SECURE_COOKIE, COOKIE = "__Host-duban_session", "duban_session"
# Ways to show who one is, for the OpenAPI document.
SCHEMES: dict[str, Any] = {
    "Bearer": {"type": "http", "scheme": "bearer"},
    "X-API-Key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
# Where an ASGI scope tells who asked, and what is left of their quota.
KEY_OF, QUOTA_OF = "duban.key", "duban.quota"
Check = Callable[[Request], Awaitable[Key]]


@dataclass(frozen=True, slots=True)
class Guard:
    """What the door asks besides the keys; `seconds` is the clock by which answers grow old."""

    sessions: Sessions
    limits: Limits
    uses: Uses
    seconds: Callable[[], float] = time.monotonic


class Door:
    """Knows the keys and sessions; a revoked one is refused within five seconds."""

    def __init__(self, db: Database, guard: Guard) -> None:
        self._db = db
        self._guard = guard
        self._recent: Recent[str, Key] = Recent(self._find, seconds=guard.seconds)

    def needs(self, scope: str) -> Check:
        """Build the dependency that gives the key of a request that holds `scope`."""

        async def check(request: Request) -> Key:
            return await self.admit(request, scope)

        return check

    async def admit(self, request: Request, scope: str) -> Key:
        """Give the key of a request, if it holds `scope`; the busiest route calls this itself, without FastAPI's help.

        Raises:
            Unauthorized: As `identify`.
            TooMany: It has asked too much.
            Forbidden: It does not hold `scope`, its session is not complete, or another site made the request.
        """
        key = await self._come_in(request)
        if key.session is not None and key.session.stage is not Stage.FULL:
            words, stage = STAGE_WORDS[key.session.stage], key.session.stage
            raise Forbidden(f"登录尚未完成，{words}", code="session.incomplete", stage=stage)
        key.principal.require(scope)
        return key

    async def person(self, request: Request) -> Key:
        """Give whose session a request has, however far it has come; its `session` is set.

        Raises:
            Unauthorized: As `identify`.
            TooMany: It has asked too much.
            Forbidden: It is a key, or another site made the request.
        """
        key = await self._come_in(request)
        if key.session is None:
            raise Forbidden("此操作只用于个人账号，请登录后再试，不能用密钥", code="person.only")
        return key

    async def _come_in(self, request: Request) -> Key:
        secret, in_cookie = _shown(request)
        key = await self.identify(secret)
        request.scope[KEY_OF] = key
        if in_cookie:
            check_source(request)
        quota = self._guard.limits.take(key)
        if quota is not None:
            request.scope[QUOTA_OF] = quota
            if quota.wait:
                raise too_many(quota)
        return key

    async def recognise(self, request: Request) -> Key:
        """Give whose request this is, whatever it may do; it counts as no use and against no quota.

        Raises:
            Unauthorized: As `identify`.
            Forbidden: Another site made the request.
        """
        secret, in_cookie = _shown(request)
        key = await self.identify(secret, is_use=False)
        if in_cookie:
            check_source(request)
        return key

    async def still_admits(self, request: Request, scope: str) -> bool:
        """Say whether a request that was let in would be now: for answers that go on for long. It counts as no use."""
        try:
            key = await self.identify(_shown(request)[0], is_use=False)
            key.principal.require(scope)
        except (Unauthorized, Forbidden):
            return False
        return True

    async def identify(self, secret: str, *, is_use: bool = True) -> Key:
        """Give the key whose secret this is, or whose session has this token.

        Raises:
            Unauthorized: There is no secret, or none that is known, unrevoked and unexpired.
        """
        if not secret:
            message = "请登录，或在 Authorization: Bearer 或 X-API-Key 中提供密钥"
            raise Unauthorized(message, code="key.missing")
        if secret.startswith(TOKEN_PREFIX):
            return await self._guard.sessions.identify(secret, is_use=is_use)
        key = await self._recent.get(hash_secret(secret))
        if key is None:
            raise Unauthorized("密钥无效或已撤销，请向管理员申请新密钥", code="key.invalid")
        if key.expires_at is not None and key.expires_at <= self._db.clock.real_now():
            raise Unauthorized("密钥已过期，请向管理员申请新密钥", code="key.expired")
        if is_use:
            self._guard.uses.note(key.principal.id)
        return key

    async def _find(self, secret_hash: str) -> Key | None:
        async with self._db.reading() as session:
            return await find_key(session, secret_hash, real_now=self._db.clock.real_now())


def _shown(request: Request) -> tuple[str, bool]:
    """Give the secret or token that a request shows, and whether the browser sent it by itself."""
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    secret = shown.strip() if kind.lower() == "bearer" else request.headers.get("x-api-key", "")
    if secret or "cookie" not in request.headers:
        return secret, False
    token = request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE) or ""
    # A key in a cookie would be no session: nobody puts one there but to get round the check of the source.
    return (token, True) if token.startswith(TOKEN_PREFIX) else ("", False)


def check_source(request: Request) -> None:
    """Pass when a request with a cookie was made by our own pages.

    Raises:
        Forbidden: Another site made it, or nothing tells who did.
    """
    said = request.headers
    told = Told(request.method, said.get("host", ""), said.get("origin", ""), "", said.get(OWN_HEADER, ""))
    told = replace(told, fetch_site=said.get("sec-fetch-site", ""))
    source = source_of(told)
    if source is not Source.OWN:
        message = f"此请求不是由本系统的页面发出的，已拒绝；程序调用请用 Bearer，或加请求头 {OWN_HEADER}: 1"
        raise Forbidden(message, code="request.cross_site", source=source)
