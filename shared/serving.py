"""Serves apps on their ports: with TLS where a certificate is given, and never more of a request's head than a limit.

Invariant: what a caller sends before its request is complete in line and headers is bounded in bytes and in time.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 64 * 1024  # Bytes of the request line and the headers together, as nginx and Apache allow about.
HEAD_SECONDS = 30.0  # For them to come in.
_BODY = json.dumps(
    {
        "type": "urn:duban:problem:headers.too_large",
        "title": f"请求行和请求头超过上限 {HEAD_LIMIT // 1024} KB，请缩短地址或请求头",
        "status": 431,
        "code": "headers.too_large",
    },
    ensure_ascii=False,
).encode()
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
    b"connection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)


@dataclass(frozen=True, slots=True)
class Port:
    """Where an app is served.

    Attributes:
        app: What is served.
        number: The TCP port.
        certificate: PEM file of the certificate with its chain; none serves plain HTTP.
        certificate_key: PEM file of its private key.
        trusted_proxies: Addresses and networks, separated by commas, whose `X-Forwarded-For` and `X-Forwarded-Proto`
            are believed; nobody's while it is empty.
    """

    app: FastAPI
    number: int
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted_proxies: str = ""


class _Heads(HttpToolsProtocol):
    """Ends a connection whose next request is too long, or too long in coming, before its headers are complete."""

    _head = 0  # Bytes so far of a head that is not complete.
    _is_open, _has_ended = False, False  # A head has begun; one ended in the bytes that came in last.
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As uvicorn narrows it.
        """Wait for the first head."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        """Take what came in."""
        self._has_ended = False
        super().data_received(data)
        if self._has_ended:
            self._forget()
        elif self._is_open:
            self._head += len(data)
        if self._is_open and self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        if self._head > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.write(_REFUSAL)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._is_open = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End a head."""
        self._is_open, self._has_ended = False, True
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        self._head = 0
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class _Server(uvicorn.Server):
    """Says that it closes before it waits for open requests, so that endless ones can end."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Heed a signal."""
        self._closing()
        super().handle_exit(sig, frame)


async def serve(ports: Sequence[Port], *, host: str, closing: Callable[[], None] = lambda: None) -> None:
    """Serve each app on its port until SIGTERM or SIGINT; the process then ends when all have.

    Args:
        ports: Apps and where they are served.
        host: Address to listen on.
        closing: Called at the signal, maybe more than once: what never ends by itself has to end now.
    """
    servers = [_Server(configure(port, host), closing) for port in ports]
    await asyncio.gather(*(server.serve() for server in servers))


def configure(port: Port, host: str) -> uvicorn.Config:
    """Say to uvicorn how to serve `port` on the address `host`."""
    return uvicorn.Config(
        port.app,
        host=host,
        port=port.number,
        http=_Heads,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(port.trusted_proxies),
        forwarded_allow_ips=port.trusted_proxies or None,
        ssl_certfile=port.certificate,
        ssl_keyfile=port.certificate_key,
    )
