"""One call over HTTP: what was never written is told apart from what may have arrived."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from shared.answers import Answer, excerpt, find_in, is_among, wait_of
from shared.calling import LONGEST_ANSWER, Call, Caller, NoAnswer

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    over = asyncio.Event()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
            writer.close()
            await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await over.wait()


def saying(text: bytes) -> Serve:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()

    return serve


async def called(url: str, *, timeout: float = 0.2) -> Answer | NoAnswer:  # noqa: ASYNC109 - the caller's own.
    caller = Caller(timeout=timeout)
    try:
        return await caller.call(Call(url, b"{}"))
    finally:
        await caller.close()


async def test_an_answer_comes_with_its_status_body_and_wait() -> None:
    told = b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}"
    async with serving(saying(told)) as url:
        answer = await called(url)

    assert answer == Answer(429, b"{}", "7")


async def test_a_redirect_is_not_followed() -> None:
    told = b"HTTP/1.1 307 There\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
    async with serving(saying(told)) as url:
        answer = await called(url)

    assert answer == Answer(307)


async def test_an_answer_without_an_end_is_read_up_to_a_limit() -> None:
    told = b"HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n" + b"x" * 300_000
    async with serving(saying(told)) as url:
        answer = await called(url, timeout=5)

    assert isinstance(answer, Answer)
    assert LONGEST_ANSWER < len(answer.body) < 3 * LONGEST_ANSWER


@pytest.mark.parametrize("told", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"])
async def test_what_was_written_and_got_no_whole_answer_may_have_arrived(told: bytes) -> None:
    async with serving(saying(told)) as url:
        answer = await called(url)

    assert isinstance(answer, NoAnswer)
    assert answer.written


async def test_a_silent_side_is_given_up_and_may_have_the_request() -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()  # Until the caller goes.

    async with serving(silent) as url:
        answer = await called(url)

    assert isinstance(answer, NoAnswer)
    assert answer.written


async def test_what_found_no_connection_was_never_written() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        answer = await called(f"http://127.0.0.1:{nobody.getsockname()[1]}/?key=secret")

    assert isinstance(answer, NoAnswer)
    assert (answer.written, "secret" in answer.detail) == (False, False)


def test_a_body_is_followed_by_names_and_places_and_never_trusted() -> None:
    body = b'{"data": [{"code": 0}]}'

    assert find_in(body, ("data", "0", "code")) == 0
    assert [find_in(body, path) for path in (("data", "1"), ("x",), ("data", "a"))] == [None] * 3
    assert find_in(b"<html>", ()) is None
    assert [is_among(0, codes) for codes in ((0,), (False,), ("0",))] == [True, False, False]


def test_a_wait_is_read_in_seconds_alone_and_an_hour_at_most() -> None:
    waits = [wait_of(Answer(429, retry_after=text)) for text in ("9", "9999999999", "Mon, 1 Jan", "")]

    assert [wait and wait.total_seconds() for wait in waits] == [9, 3600, None, None]


def test_only_json_is_quoted() -> None:
    assert excerpt(b"<a href='?key=1'>") == "17 bytes that are no JSON"
    assert excerpt(b'{"code":\n 1}') == '{"code": 1}'
