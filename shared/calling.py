"""Calls an HTTP interface once and tells apart what was never written from what may have arrived.

Invariants: no redirect is followed; a connection serves one call unless its owner says otherwise, so that an idle one
which the other side closed is no riddle; the environment names no proxy; an answer is read up to a limit, in twice the
timeout at most.
"""

import asyncio
import functools
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from shared.answers import Answer

LONGEST_ANSWER = 64 * 1024  # Bytes that are read, unless told otherwise.
# The request was not written, or at least not its body: these are raised while connecting.
_NEVER_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `query` and `headers` may hold secrets, so neither goes into a detail or a log.

    Attributes:
        name: Whose certificate is asked for, where the URL has an address in the place of a name.
    """

    url: str
    content: bytes | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: Literal["GET", "POST", "PUT"] = "POST"
    name: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is no whole answer; `written` says whether the request may have arrived all the same."""

    written: bool
    detail: str


@functools.cache  # One context of the public roots takes a megabyte, and they are read-only.
def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Trust the roots in a file and no others; without one, those that everybody trusts."""
    if ca_file is None:
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context(cafile=ca_file)


class Caller:
    """The way out to one interface.

    Attributes:
        kept: Idle connections that are used again, by those who may say a thing twice.
        longest: Of an answer longer than this, in bytes, a little more is read.
    """

    def __init__(
        self,
        *,
        timeout: float,
        proxy: str | None = None,
        ca_file: Path | None = None,
        kept: int = 0,
        longest: int = LONGEST_ANSWER,
    ) -> None:
        self._timeout, self._longest = timeout, longest
        # Its line for every request names the whole address, and the key in it.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._client = httpx.AsyncClient(
            timeout=timeout,
            proxy=proxy,
            verify=trusting(ca_file),
            limits=httpx.Limits(max_keepalive_connections=kept),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def call(self, call: Call) -> Answer | NoAnswer:
        """Call; give the answer, or say that there is none."""
        try:
            async with asyncio.timeout(2 * self._timeout):
                return await self._call(call)
        except _NEVER_WRITTEN as error:
            return NoAnswer(written=False, detail=f"no connection: {_said(error)}")
        except (httpx.HTTPError, TimeoutError) as error:
            return NoAnswer(written=True, detail=f"no whole answer: {_said(error)}")

    async def _call(self, call: Call) -> Answer:
        # Beside the query that the address has.
        url = httpx.URL(call.url).copy_merge_params(dict(call.query))
        request = self._client.build_request(
            call.method,
            url,
            content=call.content,
            headers=dict(call.headers),
            extensions={"sni_hostname": call.name} if call.name else None,
        )
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._longest:
                    break
        finally:
            await response.aclose()
        return Answer(response.status_code, bytes(body), response.headers.get("retry-after", ""))


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()[:200]
