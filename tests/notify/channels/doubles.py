"""A real HTTP server on the loopback that plays a vendor, well or badly: `/<kind>/<mode>/…`."""

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.notify.channels.vendors import THROUGH_APPRISE, VENDORS, Asked, Reply

CERTIFICATE = Path(__file__).parent / "loopback.pem"  # Self-signed for 127.0.0.1; its key opens nothing else.
PLAYED = {**VENDORS, **THROUGH_APPRISE}
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing the socket resets the connection.


class HttpDouble(ThreadingHTTPServer):
    """Records what it took and what it was asked; `mode` goes over that of the address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.taken: list[Asked] = []
        self.mode = ""
        self.over = threading.Event()

    def base(self, kind: str, mode: str = "well") -> str:
        return f"http://127.0.0.1:{self.server_port}/{kind}/{mode}"

    def forget(self) -> None:
        self.asked.clear()
        self.taken.clear()
        self.mode = ""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: HttpDouble

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.server.asked.append(asked)
        # A forward proxy is asked for a whole address, everybody else for a path.
        _, kind, mode, *_ = urlsplit(self.path).path.split("/")
        getattr(self, f"_{self.server.mode or mode}")(asked, kind)

    do_GET = do_PUT = do_POST  # noqa: N815 - the name is that of the library.

    def _well(self, asked: Asked, kind: str) -> None:
        reply = PLAYED[kind].answer(asked)
        if reply == PLAYED[kind].taken:
            self.server.taken.append(asked)
        self._reply(reply)

    def _refuse(self, _: Asked, kind: str) -> None:
        self._reply(PLAYED[kind].refuses)

    def _throttle(self, _: Asked, kind: str) -> None:
        self._reply(PLAYED[kind].throttles)

    def _lie(self, _: Asked, kind: str) -> None:
        self._reply(PLAYED[kind].lies)

    def _second(self, asked: Asked, kind: str) -> None:
        """Take the first message and throttle those behind it."""
        (self._throttle if self.server.taken else self._well)(asked, kind)

    def _hang(self, *_: object) -> None:
        self.server.over.wait(20)

    def _taken_and_hang(self, asked: Asked, _: str) -> None:
        self.server.taken.append(asked)
        self.server.over.wait(20)

    def _drip(self, *_: object) -> None:
        self._head(200, 1000)
        while not self.server.over.wait(0.02):
            self.wfile.write(b" ")

    def _close(self, *_: object) -> None:
        self.close_connection = True

    def _half(self, _: Asked, kind: str) -> None:
        whole = json.dumps(PLAYED[kind].taken[1]).encode()
        self._head(200, len(whole) + 10)
        self.wfile.write(whole)

    def _reset(self, *_: object) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.connection.close()

    def _empty(self, *_: object) -> None:
        self._anything(b"")

    def _garbled(self, *_: object) -> None:
        self._anything(b"<html>please log in</html>")

    def _endless(self, *_: object) -> None:
        self._anything(b"{" + b" " * 200_000)

    def _anything(self, body: bytes) -> None:
        """Say HTTP 200 and nothing that the vendor would say."""
        self._head(200, len(body))
        self.wfile.write(body)

    def _packed(self, *_: object) -> None:
        self._head(200, 4, {"content-encoding": "gzip"})
        self.wfile.write(b"nope")

    def _redirect(self, *_: object) -> None:
        self._head(307, 0, {"location": self.path.replace("redirect", "well")})

    def _broken(self, *_: object) -> None:
        self._reply((500, {"errcode": 0, "code": 0}))

    def _behind(self, *_: object) -> None:
        """Answer as a proxy does that got no word from behind: with the whole address."""
        page = f"<html>{self.path} could not be retrieved</html>".encode()
        self._head(502, len(page))
        self.wfile.write(page)

    def _busy(self, *_: object) -> None:
        self._head(503, 0, {"retry-after": "7"})

    def _reply(self, reply: Reply) -> None:
        body = json.dumps(reply[1]).encode()
        self._head(reply[0], len(body))
        self.wfile.write(body)

    def _head(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the library.
        """Say nothing."""


@contextlib.contextmanager
def http_double(*, tls: bool = False) -> Iterator[HttpDouble]:
    """Run a double in a thread of its own."""
    server = HttpDouble()
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
