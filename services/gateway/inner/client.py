"""Calls an inner service for a key: with a signed principal and a deadline, and never a hang.

Invariant: an inner answer goes through with its status and body as it is, but for a 401: that one is about us.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from services.gateway.inner.routes import SERVICE_NAMES
from shared.clock import Clock
from shared.errors import Unavailable
from shared.principal import Principal, sign
from shared.telemetry import current_traceparent

log = logging.getLogger(__name__)
DEADLINE_S = 10.0  # For the whole call; the connection has to stand within the next.
CONNECT_S = 1.0
_NOT_ASKED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)  # Nothing of the call went out.


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask of a service.

    Attributes:
        path: With its parameters put in; already checked to be plain ids.
        query: As it came, without the question mark.
        content_type: Of the body, or empty for none.
        seconds: Real seconds in which the answer has to be there; of a file, its beginning and each further piece.
    """

    service: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    seconds: float = DEADLINE_S


class InnerServices:
    """The inner services, as one part of the app.

    Args:
        client: Has no base URL; closed with this.
        urls: Base URL by service.
        secret: Signs the principals.
        clock: Its real time dates the signatures.
    """

    def __init__(
        self, client: httpx.AsyncClient, urls: Mapping[str, str], *, secret: str, clock: Clock
    ) -> None:
        self._client = client
        self._urls = {service: url.rstrip("/") for service, url in urls.items()}
        self._secret = secret
        self._clock = clock

    async def start(self) -> None:
        """Nothing is to be begun: connections are made when needed."""

    async def stop(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def problems(self) -> list[str]:
        """Nothing: a service that is down fails its part of the answers only, not the gateway."""
        return []

    async def call(self, call: Call, principal: Principal) -> httpx.Response:
        """Ask a service in the name of `principal`.

        Raises:
            Unavailable: It does not answer in time, or does not believe us.
        """
        return await self._ask(call, principal, stream=False)

    async def open(self, call: Call, principal: Principal) -> httpx.Response:
        """Ask a service for what may be large: the answer is not read yet, and the caller closes it.

        Raises:
            Unavailable: As `call`.
        """
        return await self._ask(call, principal, stream=True)

    async def _ask(self, call: Call, principal: Principal, *, stream: bool) -> httpx.Response:
        headers = {
            "x-duban-principal": sign(principal, self._secret, now=self._clock.real_now()),
            "traceparent": current_traceparent(),
            **({"content-type": call.content_type} if call.content_type else {}),
        }
        url = httpx.URL(self._urls[call.service] + call.path, query=call.query.encode() or None)
        patience = httpx.Timeout(call.seconds, connect=CONNECT_S)
        request = self._client.build_request(
            call.method, url, headers=headers, content=call.body, timeout=patience
        )
        try:
            async with asyncio.timeout(call.seconds):
                answer = await self._client.send(request, stream=stream)
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("%s does not answer: %r", call.service, error)
            asked = not isinstance(error, _NOT_ASKED) and call.method != "GET"
            raise _down(call.service, maybe_done=asked) from error
        if answer.status_code == 401:
            await answer.aclose()
            log.error(
                "%s refuses our principal: is DUBAN_PRINCIPAL_SECRET the same everywhere?", call.service
            )
            raise _down(call.service)
        return answer


def _down(service: str, *, maybe_done: bool = False) -> Unavailable:
    """Say that a service is down; after a change was sent to it, that nobody knows whether it was made."""
    name = f"{SERVICE_NAMES[service]}（{service}）"
    if maybe_done:
        message = f"{name}没有及时回答，请求可能已生效，请先查询再决定是否重发"
        return Unavailable(message, code="service.no_answer", service=service, maybe_done=True)
    message = f"{name}暂时无法访问，其他功能不受影响，请稍后再试"
    return Unavailable(message, code="service.unavailable", service=service)


def timeouts() -> httpx.Timeout:
    """Give the time limits of a client for this."""
    return httpx.Timeout(DEADLINE_S, connect=CONNECT_S)
