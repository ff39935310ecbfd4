"""The layer of the public API that sees every answer: refusals go to the audit, and quotas into the headers."""

import json
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.access import KEY_OF, QUOTA_OF
from services.gateway.audit.refusals import Refusal, Refusals

REFUSING = frozenset({401, 403, 429})
# Written where they happen, with more than an answer tells.
ELSEWHERE = frozenset({"login.failed"})


class Watch:
    """Wraps the public app, inside its edge."""

    def __init__(self, app: ASGIApp, refusals: Refusals) -> None:
        self._app = app
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if (quota := scope.get(QUOTA_OF)) is not None:
                    headers = MutableHeaders(scope=message)
                    headers["ratelimit-policy"], headers["ratelimit"] = quota.policy, quota.left
            elif status in REFUSING:
                self._note(scope, status, message.get("body", b""))
                status = 0  # Once, however many pieces the answer has.
            await send(message)

        await self._app(scope, receive, watching)

    def _note(self, scope: Scope, status: int, body: bytes) -> None:
        code = _code_in(body)
        if code in ELSEWHERE:
            return
        route, key, client = scope.get("route"), scope.get(KEY_OF), scope.get("client")
        path = getattr(route, "path", "")
        self._refusals.note(
            Refusal(
                by="" if key is None else key.principal.id,
                address=client[0] if client else "",
                status=status,
                code=code,
                route=f"{scope['method']} {path}",
            )
        )


def _code_in(body: bytes) -> str:
    try:
        said: Any = json.loads(body)
        return str(said.get("code", ""))[:60]
    except (ValueError, AttributeError):
        return ""
