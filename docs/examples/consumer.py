"""An example consumer of Duban's webhooks: it verifies each call, takes each event once, and keeps order per subject.

    pip install standardwebhooks
    DUBAN_WEBHOOK_SECRET=whsec_… python consumer.py 9100 events.db

Invariant: 2xx is answered only after the event and its effect are committed; whatever stops before that is sent again.
"""

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

Event = dict[str, Any]
_TABLES = """
CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS newest (source TEXT, subject TEXT, revision INTEGER, PRIMARY KEY (source, subject));
"""


class Consumer:
    """Takes calls; `handle` does with an event what the downstream system needs, in the transaction that it is given.

    Args:
        secret: `whsec_…`, as shown when the subscription was made.
        database: Path of a SQLite file.
        handle: Called once per event with the connection and the event.
    """

    def __init__(
        self, secret: str, database: str, handle: Callable[[sqlite3.Connection, Event], None]
    ) -> None:
        self._webhook, self._handle = Webhook(secret), handle
        self._database = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._database.executescript(_TABLES)
        self._one = (
            threading.Lock()
        )  # One call after the other: the sender waits with the next of a subject anyway.

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take one call; gives the HTTP status to answer."""
        try:
            event = self._webhook.verify(body, dict(headers))
        except WebhookVerificationError:
            return 401
        with self._one:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._take(headers["webhook-id"], event)
            except BaseException:
                self._database.execute("ROLLBACK")
                raise  # 500: it is sent again.
            self._database.execute("COMMIT")
        return 204

    def _take(self, webhook_id: str, event: Event) -> None:
        if not self._database.execute("INSERT OR IGNORE INTO taken VALUES (?)", [webhook_id]).rowcount:
            return  # A repeat: the answer to the first call was lost.
        if self._is_newer(event):
            self._handle(self._database, event)

    def _is_newer(self, event: Event) -> bool:
        """Say whether nothing later is known of the subject; events without a revision always count."""
        if not event.get("revision"):
            return True
        row = [event["source"], event["subject"], event["revision"]]
        newer = "revision = excluded.revision WHERE excluded.revision >= revision"
        kept = f"INSERT INTO newest VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET {newer}"  # noqa: S608 - a constant.
        return self._database.execute(kept, row).rowcount > 0

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def serve(consumer: Consumer, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Give a server of `consumer`; `serve_forever` runs it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take a call."""
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status = consumer.receive(headers, body)
            except Exception as error:  # noqa: BLE001 - whatever it was, the event has to come again.
                self.log_error("%r", error)
                status = 500
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing of what went well."""

    return ThreadingHTTPServer((host, port), Handler)


def show(_database: sqlite3.Connection, event: Event) -> None:
    """Print an event; a real consumer writes to its own tables here, on the connection that it gets."""
    sys.stdout.write(f"{event['time']} {event['type']} {event['subject']} {json.dumps(event['data'])}\n")


if __name__ == "__main__":
    port_, path = int(sys.argv[1]), sys.argv[2]
    serve(Consumer(os.environ["DUBAN_WEBHOOK_SECRET"], path, show), port_).serve_forever()
