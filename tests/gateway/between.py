"""What stands between a gateway and an inner service and stops the world in the middle of a request."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import httpx

PATIENCE_S = 120.0
PASSED_ON = ("x-duban-principal", "traceparent", "content-type")


class Between:
    """Passes requests on to a service; the next POST waits, before the service gets it or before its answer goes back.

    Attributes:
        reached: Set when that POST is where it waits.
        go_on: Set it to let it go on.
        went_on: Set when the service has answered it.
    """

    def __init__(self, service_url: str) -> None:
        self.reached, self.go_on, self.went_on = threading.Event(), threading.Event(), threading.Event()
        self._service_url, self._holds = service_url, ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def hold_next(self, where: str) -> None:
        """Hold the next POST: `asking` or `answering`."""
        self._holds = where

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        between = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                """Pass it on."""
                self._answer(self._ask(b""))

            def do_POST(self) -> None:
                """Pass it on, or hold it."""
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                holds, between._holds = between._holds, ""
                between._wait(is_here=holds == "asking")
                answer = self._ask(body)
                between._wait(is_here=holds == "answering")
                between.went_on.set()
                self._answer(answer)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

            def _ask(self, body: bytes) -> httpx.Response:
                headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
                url = between._service_url + self.path
                return httpx.request(self.command, url, content=body, headers=headers, timeout=PATIENCE_S)

            def _answer(self, answer: httpx.Response) -> None:
                try:
                    self.send_response(answer.status_code)
                    self.send_header("content-type", answer.headers.get("content-type", ""))
                    self.send_header("content-length", str(len(answer.content)))
                    self.end_headers()
                    self.wfile.write(answer.content)
                except OSError:  # Who asked is dead: that is what this is for.
                    self.close_connection = True

        return Handler

    def _wait(self, *, is_here: bool) -> None:
        if is_here:
            self.reached.set()
            assert self.go_on.wait(PATIENCE_S), "nobody let the request go on"
