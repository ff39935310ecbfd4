"""A receiver of webhooks that may be killed: what it answered 204 to stands in its file.

Called as `python -m tests.chaos.exchange.hook PORT FILE`; a line is the webhook id, its position and the subject.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    file: int

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        raw = self.rfile.read(length)
        if len(raw) < length:  # The gateway was killed: what it began to send is nothing.
            self.close_connection = True
            return
        body = json.loads(raw)
        line = f"{self.headers['webhook-id']} {self.headers['duban-position']} {body['subject']}\n"
        os.write(self.file, line.encode())  # One call: a kill leaves a line whole, or none.
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller that is killed is part of the play."""


def main() -> None:
    """Serve until killed."""
    _Handler.file = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    _Server(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()


if __name__ == "__main__":
    main()
