"""The server in front of an app: bounded heads, TLS, whom it believes about the caller's address."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from shared import serving
from shared.serving import HEAD_LIMIT, Port
from tests.shared.certificates import make_certificate

Change = Callable[[Any], None]


def an_app() -> FastAPI:
    app = FastAPI()

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    @app.get("/caller")
    async def caller(request: Request) -> str:
        return f"{request.url.scheme} {request.client.host if request.client else ''}"

    return app


@asynccontextmanager
async def served(**more: Any) -> AsyncIterator[int]:  # noqa: ANN401 - what Port takes.
    """Serve the app on a free port of this machine; gives the port."""
    config = serving.configure(Port(an_app(), 0, **more), "127.0.0.1")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it.
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def say(port: int, *pieces: bytes) -> bytes:
    """Send pieces one after the other and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    answer = await reader.read()
    writer.close()
    return answer


REQUEST = b"POST /size HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc"


async def test_headers_without_an_end_are_refused_at_the_limit() -> None:
    async with served() as port:
        answer = await say(port, b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 16_000 for _ in range(6)])

    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"headers.too_large" in answer


@pytest.mark.slow
async def test_a_head_that_comes_byte_by_byte_is_served() -> None:
    async with served() as port:
        answer = await say(port, *[bytes([byte]) for byte in REQUEST])

    assert answer.endswith(b"3")


async def test_a_body_far_longer_than_the_limit_of_heads_is_none_of_its_business() -> None:
    async with served() as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        sizes = [
            (await client.post("/size", content=b"b" * size)).json()
            for size in (HEAD_LIMIT * 3, 1, HEAD_LIMIT)
        ]

    assert sizes == [HEAD_LIMIT * 3, 1, HEAD_LIMIT]


async def test_who_does_not_finish_its_head_in_time_is_shut_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.05)
    async with served() as port:
        silent = await say(port)
        slow = await say(port, b"GET / HT")
        second = await say(port, REQUEST.replace(b"close", b"keep-alive"), b"GET / HT")

    assert (silent, slow) == (b"", b"")
    assert second.endswith(b"3")


async def test_with_a_certificate_the_port_speaks_tls_only(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=certificate)
    async with served(certificate=certificate, certificate_key=key) as port:
        async with httpx.AsyncClient(verify=trusting) as client:
            answer = await client.get(f"https://localhost:{port}/caller")
        plain = await say(port, REQUEST)

    assert answer.json() == "https 127.0.0.1"
    assert plain == b""


FORWARDED = {"x-forwarded-for": "10.1.2.3", "x-forwarded-proto": "https"}


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        ("", "http 127.0.0.1"),
        ("10.0.0.0/8", "http 127.0.0.1"),
        ("127.0.0.0/8, 10.9.9.9", "https 10.1.2.3"),
    ],
)
async def test_only_a_named_proxy_is_believed_about_the_caller(trusted: str, seen: str) -> None:
    async with served(trusted_proxies=trusted) as port, httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/caller", headers=FORWARDED)

    assert answer.json() == seen
