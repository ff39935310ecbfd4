"""The outermost layer of the public API: limits of size on the way in, security headers on the way out.

Invariant: no handler ever sees more bytes than its limit, whether or not the sender states a length.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.contract.retirement import headers_for
from shared.errors import TooLarge
from shared.telemetry import continue_trace
from shared.web import problem

MEGABYTE = 1024 * 1024
# Path → most bytes of a body; all others get DEFAULT_LIMIT.
LIMITS: dict[str, int] = {
    "/api/v1/ratings/batch": 16 * MEGABYTE,
    "/api/v1/plans": 20 * MEGABYTE,
    "/api/v1/plans/check": 20 * MEGABYTE,
    "/api/v1/ledger/import": 10 * MEGABYTE,
    "/api/v1/forms/progress": 10 * MEGABYTE,
}
DEFAULT_LIMIT = MEGABYTE
# The same for paths with an id in them.
PATTERNS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"/api/v1/tasks/[^/]+/attachments"), 20 * MEGABYTE),
    (re.compile(r"/api/v1/feeds/[^/]+"), 16 * MEGABYTE),
    (re.compile(r"/api/v1/feed-sources/[^/]+/dry-run"), 16 * MEGABYTE),
)

SECURITY_HEADERS: dict[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS = "max-age=31536000"  # A year, in seconds; said only where the caller came by TLS (RFC 6797 §7.2).


class Edge:
    """Wraps the public app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        continue_trace(headers.get("traceparent"))
        limit = limit_of(scope["path"])
        if _stated_length(headers) > limit:
            await problem(_too_large(limit))(scope, receive, _guarded(scope, send))
        else:
            await self._app(scope, _counted(receive, limit), _guarded(scope, send))


def limit_of(path: str) -> int:
    """Give the most bytes that a body sent to `path` may have."""
    found = next((limit for pattern, limit in PATTERNS if pattern.fullmatch(path)), DEFAULT_LIMIT)
    return LIMITS.get(path, found)


def _stated_length(headers: Headers) -> int:
    stated = headers.get("content-length", "0")
    return int(stated) if stated.isdecimal() else 0  # The server refuses a malformed one before us.


def _too_large(limit: int) -> TooLarge:
    message = f"请求正文超过上限 {limit // MEGABYTE} MB，请拆分后重发"
    return TooLarge(message, code="body.too_large", limit=limit)


def _counted(receive: Receive, limit: int) -> Receive:
    """Refuse a body that grows over its limit while it comes in."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counting


def _guarded(scope: Scope, send: Send) -> Send:
    """Add the security headers, and those of a route that will go; a response's own win.

    A refusal names how to authenticate (RFC 9110).
    """
    retiring = headers_for(scope["method"], scope["path"])

    async def guarding(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in (*SECURITY_HEADERS.items(), *retiring.items()):
                headers.setdefault(name, value)
            if scope["scheme"] == "https":
                headers["strict-transport-security"] = HSTS
            if message["status"] == 401:
                headers["www-authenticate"] = "Bearer"
        await send(message)

    return guarding
