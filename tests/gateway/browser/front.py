"""The door that the browser sees: the test's page, and the gateway behind it, byte by byte, until a cut."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Any, Self

from tests.gateway.processes import until

PAGE = Template(Path(__file__).with_name("page.html").read_text("utf-8"))
EVENTS = "/api/v1/events"
PIECE = 65_536


@dataclass(slots=True)
class Cut:
    """After how many bytes of a stream its connection breaks, and whether hard (RST) or as a proxy closes it (FIN)."""

    after: int
    hard: bool


@dataclass(slots=True)
class Stream:
    """One connection on which the browser listened.

    Attributes:
        last_event_id: What the browser said, or None.
        body: The bytes that went to it, headers included.
    """

    last_event_id: str | None
    outside: asyncio.StreamWriter
    body: bytearray = field(default_factory=bytearray)

    def reset(self) -> None:
        """Reset the connection, as a network does that is pulled out."""
        own: socket.socket = self.outside.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.outside.transport.abort()


class Front:
    """Listens on a port of its own.

    Attributes:
        cuts: For the streams that come, one each; those after them go on.
        open: Whether streams are let through to the gateway; else they are closed without an answer.
        streams: All that were let through.
        told: What the page told, in order.
    """

    def __init__(self, gateway_port: int, order: dict[str, Any]) -> None:
        self.cuts: list[Cut] = []
        self.open = True
        self.streams: list[Stream] = []
        self.told: list[dict[str, Any]] = []
        self._port, self._order = gateway_port, order
        self._server: asyncio.Server | None = None
        self._serving = set[asyncio.Task[None]]()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for one in self._serving:
            one.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await asyncio.sleep(0)  # What was closed is let go in the loop's next round.

    @property
    def url(self) -> str:
        """Where the page is."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    @property
    def heard(self) -> list[dict[str, Any]]:
        """What the page heard of events."""
        return [one for one in self.told if "id" in one]

    async def until(self, true: Callable[["Front"], bool]) -> None:
        """Wait until something holds; fails with what the page told last."""
        try:
            await asyncio.to_thread(until, lambda: true(self))
        except AssertionError as error:
            raise AssertionError(f"{error}; the page told last: {self.told[-3:]}") from None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = asyncio.create_task(self._answer(reader, writer))
        self._serving.add(own)
        own.add_done_callback(self._serving.discard)
        try:
            await asyncio.wait([own])
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            if path == "/":
                page = PAGE.substitute(order=json.dumps(self._order)).encode()
                writer.write(_answer(b"200 OK", page))
            elif path == "/told":
                size = int(_header(head, "content-length") or 0)
                self.told += json.loads(await reader.readexactly(size))
                writer.write(_answer(b"204 No Content"))
            elif path.startswith("/api/"):
                await self._forward(head, reader, writer)
            else:
                writer.write(_answer(b"404 Not Found"))
            await writer.drain()

    async def _forward(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_stream = head.split(b" ", 2)[1].startswith(EVENTS.encode())
        if is_stream and not self.open:
            return
        inside, outside = await asyncio.open_connection("127.0.0.1", self._port)
        # One request a connection, so that the next one is looked at too; all else goes as it came.
        outside.write(head[:-2] + b"Connection: close\r\n\r\n")
        giving = asyncio.create_task(_pump(reader, outside))
        try:
            if is_stream:
                await self._stream(_header(head, "last-event-id"), inside, writer)
            else:
                await _pump(inside, writer)
        finally:
            giving.cancel()
            outside.close()

    async def _stream(
        self, last_event_id: str | None, inside: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        stream, cut = Stream(last_event_id, writer), self.cuts.pop(0) if self.cuts else None
        self.streams.append(stream)
        left = cut.after if cut else PIECE
        while left and (piece := await inside.read(min(left, PIECE))):
            stream.body += piece
            writer.write(piece)
            await writer.drain()
            left -= len(piece) if cut else 0
        if cut and cut.hard:
            stream.reset()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()


def _header(head: bytes, name: str) -> str | None:
    for line in head.decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return None


def _answer(status: bytes, body: bytes = b"") -> bytes:
    said = b"Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, said, len(body), body)
