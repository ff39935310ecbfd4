"""The layer of the public app that heeds `Idempotency-Key`: it asks the register before and after a request.

Invariant: the answer is on record before the caller gets it.
"""

import hashlib
import json
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.access import Door
from services.gateway.idempotency.domain import fate_of, read_key, takes_key
from services.gateway.idempotency.service import Claim, Kept, Register
from shared.errors import DubanError
from shared.web import problem

HEADER = "idempotency-key"


class Once:
    """Wraps the public app."""

    def __init__(self, app: ASGIApp, door: Door, register: Register) -> None:
        self._app, self._door, self._register = app, door, register

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        keyed = scope["type"] == "http" and HEADER in Headers(scope=scope)
        if not keyed or not takes_key(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            body = await _whole(receive)
            if body is None:
                return  # The caller went before the request had come in whole.
            claim = await self._claim(scope, body)
            kept = await self._register.claim(claim)
        except DubanError as error:
            await problem(error)(scope, receive, send)
            return
        if kept is not None:
            headers = {"idempotent-replayed": "true", "content-type": kept.content_type}
            await Response(kept.body, kept.status, headers)(scope, receive, send)
            return
        answer = _Answer()
        await self._app(scope, _again(body, receive), answer.take)
        await self._register.settle(
            claim, answer.kept(), fate_of(answer.status, maybe_done=answer.maybe_done())
        )
        for message in answer.messages:
            await send(message)

    async def _claim(self, scope: Scope, body: bytes) -> Claim:
        key = await self._door.recognise(Request(scope))
        headers = Headers(scope=scope)
        parts = (
            scope["method"].encode(),
            scope["path"].encode("utf-8", "surrogateescape"),
            scope["query_string"],
            headers.get("content-type", "").encode(),
            body,
        )
        said = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        # Who has not come in whole gets nothing that was said to them when they had.
        who = key.principal.id if key.session is None else f"{key.principal.id} {key.session.stage}"
        return Claim(who, read_key(headers[HEADER]), hashlib.sha256(said).hexdigest())


@dataclass(slots=True)
class _Answer:
    """An answer that is held back until it is on record."""

    messages: list[Message] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    def kept(self) -> Kept:
        content_type = Headers(raw=self.messages[0]["headers"]).get("content-type", "")
        return Kept(self.status, content_type, self._body())

    def maybe_done(self) -> bool:
        """Say whether an inner service was asked and did not answer; the problem document says so."""
        return self.status == 503 and json.loads(self._body()).get("maybe_done") is True

    def _body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


async def _whole(receive: Receive) -> bytes | None:
    pieces, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read, then what the server says."""
    given = False

    async def giving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return giving
