"""The other side of the benchmark of webhooks: takes every POST, and remembers when each webhook id came to each path.

`python -m tests.bench.receiver` prints its port, then answers each line of its input with the arrivals of that path, as
JSON: webhook id → seconds of `time.time()`. `/slow` answers after ten seconds.
"""

import asyncio
import json
import re
import sys
import time
from collections import defaultdict

import uvloop

SLOW_S = 10.0
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_ID = re.compile(rb"webhook-id: ([^\r]+)", re.IGNORECASE)
_DONE = b"HTTP/1.1 204 No Content\r\n\r\n"
ARRIVALS: dict[str, dict[str, float]] = defaultdict(dict)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length, name = _LENGTH.search(head), _ID.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            path = head.split(b" ", 2)[1].decode()
            ARRIVALS[path].setdefault(name[1].decode() if name else "", time.time())
            if path == "/slow":
                await asyncio.sleep(SLOW_S)
            writer.write(_DONE)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _run() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while path := (await asyncio.to_thread(sys.stdin.readline)).strip():
        sys.stdout.write(json.dumps(ARRIVALS[path]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_run())
